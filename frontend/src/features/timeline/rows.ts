import type { Id, Message } from "@/api/wire";
import { dayLabel, isSameDay, minutesBetween } from "@/lib/time";
import type { OutboxItem } from "@/realtime/database";
import { localFile } from "@/realtime/uploads";

const GROUP_MINUTES = 5;

export type Delivery = "sent" | "pending" | "failed" | "held";

/** One bubble, from the first optimistic moment on: `key` never changes, so neither does the element. */
export type Row = {
  readonly key: string;
  readonly message: Message;
  readonly delivery: Delivery;
  readonly failure: string | null;
  readonly day: string | null;
  readonly isNew: boolean;
  /** Shows author and time; the rest of a run does not repeat them. */
  readonly isLead: boolean;
};

type RowsInput = {
  readonly shown: readonly Message[];
  readonly outbox: readonly OutboxItem[];
  /** The shown messages begin with the room's first, end with its last. */
  readonly isFromStart: boolean;
  readonly isComplete: boolean;
  readonly dividerAfter: number | null;
  readonly me: Id;
};

export function buildRows({ shown, outbox, isFromStart, isComplete, dividerAfter, me }: RowsInput): Row[] {
  const confirmed = new Set(
    shown.filter(({ author_id }) => author_id === me).map(({ client_id }) => client_id),
  );
  const waiting = isComplete ? outbox.filter(({ client_id }) => !confirmed.has(client_id)) : [];
  const first = dividerAfter === null ? null : firstUnread(shown, dividerAfter, me, isFromStart);
  const rows: Row[] = [];
  for (const message of shown)
    rows.push(toRow(rows.at(-1)?.message, message, "sent", null, message.id === first));
  for (const item of waiting) {
    const unsent = item.isHeld ? "held" : "failed";
    const delivery = item.failure === null ? "pending" : unsent;
    rows.push(toRow(rows.at(-1)?.message, draftMessage(item), delivery, item.failure, false));
  }
  return rows;
}

function firstUnread(shown: readonly Message[], after: number, me: Id, isFromStart: boolean): Id | null {
  // Where the read ones are not loaded yet, the first one shown need not be the first unread one.
  if (!isFromStart && (shown[0]?.seq ?? 0) > after) return null;
  return shown.find(({ seq, author_id }) => seq > after && author_id !== me)?.id ?? null;
}

function toRow(
  previous: Message | undefined,
  message: Message,
  delivery: Delivery,
  failure: string | null,
  isNew: boolean,
): Row {
  const isSame = previous !== undefined && isSameDay(previous.created_at, message.created_at);
  const day = isSame ? null : dayLabel(message.created_at);
  const isLead = !isSame || isNew || !continues(previous, message);
  return { key: `${message.author_id}:${message.client_id}`, message, delivery, failure, day, isNew, isLead };
}

function continues(previous: Message, message: Message): boolean {
  return (
    previous.author_id === message.author_id &&
    message.reply_to === null &&
    minutesBetween(previous.created_at, message.created_at) < GROUP_MINUTES
  );
}

function draftMessage(item: OutboxItem): Message {
  return {
    id: "",
    room_id: item.room_id,
    seq: 0,
    rev: 0,
    client_id: item.client_id,
    author_id: item.user_id,
    text: item.text,
    reply_to: item.reply_to,
    mentions: { user_ids: [], room: false },
    reactions: [],
    files: item.files.map(localFile),
    previews: [],
    pinned_by: null,
    pinned_at: null,
    created_at: new Date(item.placed_at).toISOString(),
    edited_at: null,
    deleted_at: null,
  };
}
