import { ChevronLeft, ChevronRight, Download, X } from "lucide-react";
import { Dialog } from "radix-ui";
import { type KeyboardEvent, useState } from "react";
import type { FileInfo } from "@/api/wire";
import { downloadUrl, FileCard } from "@/ui/file-card";

type LightboxProps = {
  readonly files: readonly FileInfo[];
  readonly start: number;
  readonly onClose: () => void;
};

const TOOL =
  "inline-flex size-11 items-center justify-center rounded-full bg-black/55 text-white hover:bg-black/80 focus-visible:outline-2 focus-visible:outline-white";

/** One picture at a time, as large as fits; arrows for the others, Escape closes. */
export function Lightbox({ files, start, onClose }: LightboxProps) {
  const [at, setAt] = useState(start);
  const file = files[at];
  const go = (step: number) => setAt((before) => Math.min(Math.max(before + step, 0), files.length - 1));
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -files.length, End: files.length }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    go(step);
  };
  if (!file) return null;
  return (
    <Dialog.Root open onOpenChange={(isOpen) => isOpen || onClose()}>
      <Dialog.Portal>
        <Dialog.Content
          aria-describedby={undefined}
          data-testid="lightbox"
          onKeyDown={onKeyDown}
          // A click beside the picture closes.
          onClick={({ target, currentTarget }) => target === currentTarget && onClose()}
          className="fixed inset-0 z-50 flex items-center justify-center bg-black/88 p-3 outline-none sm:p-12"
        >
          {file.thumbnail ? <Shown key={file.id} file={file} /> : <FileCard file={file} />}
          <header className="absolute inset-x-0 top-0 flex items-center gap-2 p-3 pt-[max(0.75rem,env(safe-area-inset-top))] text-white">
            <Dialog.Title className="min-w-0 flex-1 truncate text-sm font-medium [text-shadow:0_1px_3px_#000]">
              {file.name}
              {files.length > 1 && <span className="ml-2 opacity-80">{`${at + 1} of ${files.length}`}</span>}
            </Dialog.Title>
            <a
              href={downloadUrl(file)}
              download={file.name}
              aria-label="Download"
              title="Download"
              className={TOOL}
            >
              <Download size={20} aria-hidden />
            </a>
            <Dialog.Close aria-label="Close" title="Close" className={TOOL}>
              <X size={20} aria-hidden />
            </Dialog.Close>
          </header>
          {at > 0 && (
            <button
              type="button"
              aria-label="Previous"
              onClick={() => go(-1)}
              className={`${TOOL} absolute left-3`}
            >
              <ChevronLeft size={22} aria-hidden />
            </button>
          )}
          {at < files.length - 1 && (
            <button
              type="button"
              aria-label="Next"
              onClick={() => go(1)}
              className={`${TOOL} absolute right-3`}
            >
              <ChevronRight size={22} aria-hidden />
            </button>
          )}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** The thumbnail is there at once; the whole picture is laid over it when it has come. */
function Shown({ file }: { readonly file: FileInfo }) {
  const [isLoaded, setLoaded] = useState(false);
  const backdrop =
    !isLoaded && file.thumbnail
      ? { backgroundImage: `url("${file.thumbnail}")`, backgroundSize: "100% 100%" }
      : {};
  return (
    <img
      src={file.url}
      alt={file.name}
      width={file.width}
      height={file.height}
      onLoad={() => setLoaded(true)}
      className="h-auto max-h-full w-auto max-w-full object-contain"
      style={backdrop}
    />
  );
}
