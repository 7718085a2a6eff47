import { AlertCircle, FileText, Plus, RotateCw, X } from "lucide-react";
import { type ReactNode, useRef } from "react";
import type { AttachmentsModel } from "@/features/composer/use-attachments";
import { formatBytes } from "@/lib/bytes";
import type { OutboxFile } from "@/realtime/database";
import { addressOf, useUploads } from "@/realtime/uploads";
import { IconButton } from "@/ui/button";

/** The files of the message being written, with how far each has come. */
export function Attachments({ attachments }: { readonly attachments: AttachmentsModel }) {
  if (attachments.files.length === 0) return null;
  return (
    <ul aria-label="Files to send" className="flex gap-2 overflow-x-auto border-b border-line p-2">
      {attachments.files.map((file) => (
        <OnItsWay key={file.key} file={file} attachments={attachments} />
      ))}
    </ul>
  );
}

function OnItsWay({
  file,
  attachments,
}: {
  readonly file: OutboxFile;
  readonly attachments: AttachmentsModel;
}) {
  const progress = useUploads((all) => all[file.key]);
  const error = progress?.error ?? null;
  const share = progress?.share ?? 0;
  const isDone = progress?.file != null;
  const note = error ?? (isDone ? formatBytes(file.size) : `${Math.floor(share * 100)} %`);
  return (
    <Chip
      name={file.name}
      picture={file.width > 0 ? addressOf(file) : null}
      note={note}
      state={error ? "failed" : isDone ? "done" : "sending"}
      share={isDone ? 1 : share}
    >
      {error && !progress?.isRefused && (
        <IconButton label={`Try ${file.name} again`} onClick={() => attachments.retry(file)}>
          <RotateCw size={15} aria-hidden />
        </IconButton>
      )}
      <IconButton
        label={isDone || error ? `Remove ${file.name}` : `Cancel ${file.name}`}
        onClick={() => attachments.remove(file.key)}
      >
        <X size={16} aria-hidden />
      </IconButton>
    </Chip>
  );
}

/** The files of the message being edited: each can be taken out. */
export function KeptFiles({ attachments }: { readonly attachments: AttachmentsModel }) {
  if (attachments.kept.length === 0) return null;
  return (
    <ul aria-label="Files of the message" className="flex gap-2 overflow-x-auto border-b border-line p-2">
      {attachments.kept.map((file) => (
        <Chip
          key={file.id}
          name={file.name}
          picture={file.thumbnail}
          note={formatBytes(file.size)}
          state="done"
          share={1}
        >
          <IconButton label={`Remove ${file.name}`} onClick={() => attachments.drop(file.id)}>
            <X size={16} aria-hidden />
          </IconButton>
        </Chip>
      ))}
    </ul>
  );
}

type ChipProps = {
  readonly name: string;
  readonly picture: string | null;
  readonly note: string;
  readonly state: "sending" | "done" | "failed";
  readonly share: number;
  readonly children: ReactNode;
};

function Chip({ name, picture, note, state, share, children }: ChipProps) {
  return (
    <li
      data-testid="attachment"
      data-state={state}
      className="relative flex h-14 w-60 shrink-0 items-center gap-2 overflow-hidden rounded-xl border border-line bg-side pr-1 pl-2"
    >
      {picture ? (
        <img src={picture} alt="" className="size-10 shrink-0 rounded-lg object-cover" />
      ) : (
        <FileText size={22} aria-hidden className="shrink-0 text-soft" />
      )}
      <div className="min-w-0 flex-1 leading-tight">
        <p className="truncate text-sm font-medium">{name}</p>
        <p className={state === "failed" ? "truncate text-xs text-danger" : "truncate text-xs text-soft"}>
          {state === "failed" && <AlertCircle size={12} aria-hidden className="mr-1 inline" />}
          {note}
        </p>
      </div>
      {children}
      {state === "sending" && (
        <progress
          aria-label={`Sending ${name}`}
          max={1}
          value={share}
          className="absolute inset-x-0 bottom-0 h-1 w-full appearance-none bg-transparent [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-transparent [&::-webkit-progress-value]:bg-accent"
        />
      )}
    </li>
  );
}

export function PickFiles({ onPick }: { readonly onPick: (files: readonly File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton label="Attach files" onClick={() => input.current?.click()}>
        <Plus size={19} aria-hidden />
      </IconButton>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-testid="pick-files"
        onChange={({ currentTarget }) => {
          onPick([...(currentTarget.files ?? [])]);
          // The same file can be picked once more.
          currentTarget.value = "";
        }}
      />
    </>
  );
}
