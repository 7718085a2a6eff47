import { X } from "lucide-react";
import type { Message, Preview } from "@/api/wire";
import { removePreviews } from "@/realtime/actions";
import { useMyId } from "@/realtime/live-store";
import { IconButton } from "@/ui/button";

/** What the server found behind the links. Nothing here is fetched from the other site. */
export function LinkPreviews({ message }: { readonly message: Message }) {
  const isMine = message.author_id === useMyId();
  return (
    <div className="flex flex-col gap-2 pt-1">
      {message.previews.map((preview, at) => (
        <div key={preview.url} className="flex max-w-md items-start gap-1">
          <Card preview={preview} />
          {isMine && at === 0 && (
            <IconButton label="Remove preview" onClick={() => void removePreviews(message)}>
              <X size={15} aria-hidden />
            </IconButton>
          )}
        </div>
      ))}
    </div>
  );
}

function Card({ preview }: { readonly preview: Preview }) {
  const { image } = preview;
  return (
    <a
      href={preview.url}
      target="_blank"
      rel="noopener noreferrer nofollow"
      data-testid="link-preview"
      className="flex min-w-0 flex-1 flex-col gap-1 rounded-xl border border-line border-l-3 border-l-accent bg-raised px-3 py-2 hover:bg-hover"
    >
      <span className="truncate text-xs text-soft">{preview.site_name}</span>
      <span className="line-clamp-2 text-sm font-semibold">{preview.title}</span>
      {preview.description && <span className="line-clamp-3 text-sm text-soft">{preview.description}</span>}
      {image && (
        <img
          src={image.url}
          alt=""
          width={image.width}
          height={image.height}
          loading="lazy"
          decoding="async"
          className="mt-1 max-h-52 w-full rounded-lg bg-hover object-cover"
          style={{ aspectRatio: `${image.width} / ${image.height}` }}
        />
      )}
    </a>
  );
}
