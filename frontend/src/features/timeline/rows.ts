import type { Id, Message } from "@/api/wire";
import { dayLabel, isSameDay, minutesBetween } from "@/lib/time";
import type { OutboxItem } from "@/realtime/database";
import { localFile } from "@/realtime/uploads";

const GROUP_MINUTES = 5;

/** `refused`: as it is, it will never be sent. */
export type Delivery = "sent" | "pending" | "failed" | "held" | "refused";

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

/** A row that says what it said before is the same object as before, so that only what changed is drawn again. */
export function buildRows({ shown, outbox, isFromStart, isComplete, dividerAfter, me }: RowsInput): Row[] {
  const waiting = isComplete ? unconfirmed(shown, outbox, me) : [];
  const first = dividerAfter === null ? null : firstUnread(shown, dividerAfter, me, isFromStart);
  const today = new Date().toDateString();
  const rows: Row[] = [];
  for (const message of shown)
    rows.push(
      toRow({ previous: rows.at(-1)?.message, message, ...SENT, isNew: message.id === first, today }),
    );
  for (const item of waiting)
    rows.push(toRow({ previous: rows.at(-1)?.message, ...draft(item), isNew: false, today }));
  return rows;
}

const SENT = { delivery: "sent", failure: null } as const;

function unconfirmed(
  shown: readonly Message[],
  outbox: readonly OutboxItem[],
  me: Id,
): readonly OutboxItem[] {
  if (outbox.length === 0) return outbox;
  const confirmed = new Set(
    shown.filter(({ author_id }) => author_id === me).map(({ client_id }) => client_id),
  );
  return outbox.filter(({ client_id }) => !confirmed.has(client_id));
}

function firstUnread(shown: readonly Message[], after: number, me: Id, isFromStart: boolean): Id | null {
  // Where the read ones are not loaded yet, the first one shown need not be the first unread one.
  if (!isFromStart && (shown[0]?.seq ?? 0) > after) return null;
  return shown.find(({ seq, author_id }) => seq > after && author_id !== me)?.id ?? null;
}

/** All that a row is made of. `today`: what "Today" and "Yesterday" are counted from. */
type Making = Pick<Row, "message" | "delivery" | "failure" | "isNew"> & {
  readonly previous: Message | undefined;
  readonly today: string;
};
// Not the message before itself: each would keep the one before it, and so all that were ever loaded.
type Made = Omit<Making, "previous" | "message"> & {
  readonly author: Id | undefined;
  readonly at: string | undefined;
  readonly row: Row;
};

const made = new WeakMap<Message, Made>();

function toRow(from: Making): Row {
  const { previous, message, delivery, failure, isNew, today } = from;
  const held = made.get(message);
  if (held && isSameMaking(held, from)) return held.row;
  const row = madeOf(from);
  made.set(message, {
    delivery,
    failure,
    isNew,
    today,
    row,
    author: previous?.author_id,
    at: previous?.created_at,
  });
  return row;
}

function isSameMaking(held: Made, { previous, delivery, failure, isNew, today }: Making): boolean {
  return (
    held.at === previous?.created_at &&
    held.author === previous?.author_id &&
    held.delivery === delivery &&
    held.failure === failure &&
    held.isNew === isNew &&
    held.today === today
  );
}

function madeOf({ previous, message, delivery, failure, isNew }: Making): Row {
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

const drafts = new WeakMap<OutboxItem, Message>();

function draft(item: OutboxItem): Pick<Row, "message" | "delivery" | "failure"> {
  const message = drafts.get(item) ?? draftMessage(item);
  drafts.set(item, message);
  return { message, delivery: deliveryOf(item), failure: item.failure };
}

function deliveryOf({ failure, isHeld, isFinal }: OutboxItem): Delivery {
  if (failure === null) return "pending";
  if (isHeld) return "held";
  return isFinal ? "refused" : "failed";
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
