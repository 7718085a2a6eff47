import { ArrowUp, Check, Pencil, Reply, SmilePlus, X } from "lucide-react";
import type { Message } from "@/api/wire";
import { Attachments, KeptFiles, PickFiles } from "@/features/composer/attachments";
import { Denied } from "@/features/composer/denied";
import { DropZone } from "@/features/composer/drop-zone";
import type { Intent } from "@/features/composer/intent";
import { SlowNote } from "@/features/composer/slow-note";
import { TextBox } from "@/features/composer/text-box";
import { LIMIT, useComposer } from "@/features/composer/use-composer";
import { cx } from "@/lib/class-names";
import { useLive } from "@/realtime/live-store";
import { denial, nameOf } from "@/realtime/naming";
import type { RoomState } from "@/realtime/room-state";
import { said } from "@/realtime/said";
import { IconButton } from "@/ui/button";
import { EmojiPicker } from "@/ui/emoji-picker";

type ComposerProps = {
  readonly state: RoomState;
  readonly title: string;
  readonly intent: Intent;
  readonly onIntent: (intent: Intent) => void;
};

const COUNTER_FROM = LIMIT - 500;
const EXCERPT = 160;

export function Composer({ state, title, intent, onIntent }: ComposerProps) {
  const isSuspended = useLive(({ phase }) => phase.name === "stopped" && phase.reason === "suspended");
  const denied = isSuspended ? "user.suspended" : denial(state, "post");
  return (
    <div className="px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] md:px-5">
      {denied && (isSuspended || intent?.kind !== "edit") ? (
        <Denied state={state} code={denied} />
      ) : (
        // Another intent is another text: the box starts afresh, and the draft waits.
        <Editor
          key={intent?.kind === "edit" ? intent.message.id : "new"}
          state={state}
          title={title}
          intent={intent}
          onIntent={onIntent}
        />
      )}
    </div>
  );
}

function Editor({ state, title, intent, onIntent }: ComposerProps) {
  const composer = useComposer(state, intent, onIntent);
  const { length, submit, canSubmit, wait, attachments } = composer;
  const isEdit = intent?.kind === "edit";
  const emoji = (
    <IconButton label="Emoji">
      <SmilePlus size={18} aria-hidden />
    </IconButton>
  );
  return (
    <>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
        className="relative rounded-2xl border border-line bg-raised shadow-xs focus-within:border-accent"
      >
        {intent && <IntentBar intent={intent} onCancel={() => onIntent(null)} />}
        {isEdit ? <KeptFiles attachments={attachments} /> : <Attachments attachments={attachments} />}
        {!isEdit && <DropZone title={title} onDrop={attachments.add} />}
        <div className={cx("flex items-end gap-1 p-1.5", isEdit && "pl-3")}>
          {!isEdit && <PickFiles onPick={attachments.add} />}
          <TextBox state={state} composer={composer} label={isEdit ? "Edit message" : `Message ${title}`} />
          {length > COUNTER_FROM && <Counter length={length} />}
          <EmojiPicker trigger={emoji} onPick={composer.insert} />
          <button
            type="submit"
            aria-label={isEdit ? "Save" : "Send"}
            title={isEdit ? "Save" : "Send"}
            disabled={!canSubmit}
            className="inline-flex size-8 shrink-0 items-center justify-center rounded-lg bg-accent text-accent-ink transition disabled:bg-hover disabled:text-soft touch:size-11"
          >
            {isEdit ? <Check size={18} aria-hidden /> : <ArrowUp size={18} aria-hidden />}
          </button>
        </div>
      </form>
      {state.room.slow_seconds > 0 && state.membership.rank === "member" && !isEdit && (
        <SlowNote seconds={state.room.slow_seconds} wait={wait} />
      )}
    </>
  );
}

function Counter({ length }: { readonly length: number }) {
  return (
    <span
      role="status"
      className={cx("px-1 pb-1.5 text-xs tabular-nums", length > LIMIT ? "text-danger" : "text-soft")}
    >
      {LIMIT - length}
    </span>
  );
}

type IntentBarProps = {
  readonly intent: { readonly kind: "reply" | "edit"; readonly message: Message };
  readonly onCancel: () => void;
};

function IntentBar({ intent: { kind, message }, onCancel }: IntentBarProps) {
  const name = useLive((live) => nameOf(live.users, message.author_id));
  const Icon = kind === "edit" ? Pencil : Reply;
  return (
    <div className="flex items-center gap-2 border-b border-line py-1 pr-1.5 pl-3 text-sm text-soft">
      <Icon size={15} aria-hidden className="shrink-0" />
      <span className="shrink-0 font-medium text-ink">
        {kind === "edit" ? "Editing" : `Replying to ${name}`}
      </span>
      <span className="min-w-0 flex-1 truncate">{said(message, EXCERPT)}</span>
      <IconButton label={kind === "edit" ? "Cancel editing" : "Cancel reply"} onClick={onCancel}>
        <X size={16} aria-hidden />
      </IconButton>
    </div>
  );
}
