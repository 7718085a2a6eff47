import { useState } from "react";
import type { FileInfo } from "@/api/wire";
import { cx } from "@/lib/class-names";

// Shown as it is until its thumbnail has been drawn; a larger one waits for it.
const MOST_ORIGINAL = 3_000_000;

/** A picture in a place that is kept for it: what loads later moves nothing. */
export function Picture({ file, className }: { readonly file: FileInfo; readonly className?: string }) {
  const [failed, setFailed] = useState<string | null>(null);
  const source = sourceOf(file);
  if (!source || failed === source) {
    return (
      <span className={cx("flex items-center justify-center bg-hover p-2 text-xs text-soft", className)}>
        <span className="truncate">{file.name}</span>
      </span>
    );
  }
  return (
    <img
      src={source}
      alt={file.name}
      width={file.width}
      height={file.height}
      loading="lazy"
      decoding="async"
      draggable={false}
      onError={() => setFailed(source)}
      className={cx("bg-hover", className)}
    />
  );
}

function sourceOf(file: FileInfo): string | null {
  if (file.moves || (!file.thumbnail && file.size <= MOST_ORIGINAL)) return file.url;
  return file.thumbnail;
}
