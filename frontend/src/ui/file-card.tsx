import { Download, FileText } from "lucide-react";
import type { FileInfo } from "@/api/wire";
import { formatBytes } from "@/lib/bytes";

/** Anything that is not shown in place: its name, its size, and a way to have it. */
export function FileCard({ file }: { readonly file: FileInfo }) {
  return (
    <a
      href={downloadUrl(file)}
      download={file.name}
      data-testid="file-card"
      className="flex min-h-14 w-full max-w-sm items-center gap-3 rounded-xl border border-line bg-raised px-3 py-2 hover:bg-hover"
    >
      <FileText size={24} aria-hidden className="shrink-0 text-soft" />
      <span className="min-w-0 flex-1 leading-tight">
        <span className="block truncate text-sm font-medium">{file.name}</span>
        <span className="text-xs text-soft">{formatBytes(file.size)}</span>
      </span>
      <Download size={18} aria-hidden className="shrink-0 text-soft" />
    </a>
  );
}

export function downloadUrl(file: FileInfo): string {
  return file.url.startsWith("blob:") ? file.url : `${file.url}?download=1`;
}
