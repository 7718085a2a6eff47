import { lazy, Suspense, useState } from "react";
import type { FileInfo } from "@/api/wire";
import { FileCard } from "@/ui/file-card";
import { Picture } from "@/ui/picture";
import { isPlayed, Player } from "@/ui/player";

const Lightbox = lazy(() => import("@/ui/lightbox").then((m) => ({ default: m.Lightbox })));
const WIDEST = 420;
const HIGHEST = 320;

/** Pictures first, together; then what plays; then what is only there to have. */
export function MessageFiles({ files }: { readonly files: readonly FileInfo[] }) {
  const [open, setOpen] = useState<number | null>(null);
  const pictures = files.filter(({ width }) => width > 0);
  const others = files.filter(({ width }) => width === 0);
  return (
    <div className="flex flex-col gap-2 pt-1">
      {pictures.length === 1 && pictures[0] && <One file={pictures[0]} onOpen={() => setOpen(0)} />}
      {pictures.length > 1 && <Grid files={pictures} onOpen={setOpen} />}
      {others.map((file) =>
        isPlayed(file) ? <Player key={file.id} file={file} /> : <FileCard key={file.id} file={file} />,
      )}
      {open !== null && (
        <Suspense fallback={null}>
          <Lightbox files={pictures} start={open} onClose={() => setOpen(null)} />
        </Suspense>
      )}
    </div>
  );
}

function One({ file, onOpen }: { readonly file: FileInfo; readonly onOpen: () => void }) {
  const scale = Math.min(1, WIDEST / file.width, HIGHEST / file.height);
  // Very long ones are cut: a picture of one pixel's height could not be clicked.
  const [width, height] = [Math.max(48, file.width * scale), Math.max(48, file.height * scale)];
  return (
    <Open
      file={file}
      onOpen={onOpen}
      style={{ width, aspectRatio: `${width} / ${height}` }}
      className="max-w-full"
    />
  );
}

type GridProps = { readonly files: readonly FileInfo[]; readonly onOpen: (at: number) => void };

function Grid({ files, onOpen }: GridProps) {
  const columns = files.length === 2 || files.length === 4 ? 2 : 3;
  return (
    <div
      className="grid w-full max-w-[26.25rem] gap-1"
      style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
    >
      {files.map((file, at) => (
        <Open key={file.id} file={file} onOpen={() => onOpen(at)} className="aspect-square" />
      ))}
    </div>
  );
}

type OpenProps = {
  readonly file: FileInfo;
  readonly onOpen: () => void;
  readonly className: string;
  readonly style?: React.CSSProperties;
};

function Open({ file, onOpen, className, style }: OpenProps) {
  return (
    <button
      type="button"
      data-testid="open-picture"
      aria-label={`Open ${file.name}`}
      onClick={onOpen}
      style={style}
      className={`block overflow-hidden rounded-xl border border-line focus-visible:outline-2 focus-visible:outline-accent ${className}`}
    >
      <Picture file={file} className="size-full object-cover" />
    </button>
  );
}
