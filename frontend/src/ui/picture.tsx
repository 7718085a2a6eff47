import { useState } from "react";
import type { FileInfo } from "@/api/wire";
import { cx } from "@/lib/class-names";

/** A picture in a place that is kept for it: what loads later moves nothing. Its name, until it has been drawn. */
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

/** What the server could not draw might be too much for a browser, however few bytes it has. */
function sourceOf(file: FileInfo): string | null {
  return file.moves && file.thumbnail ? file.url : file.thumbnail;
}
