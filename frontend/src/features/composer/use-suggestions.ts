import { useEffect, useMemo, useState } from "react";
import {
  type Suggestion,
  suggestEmoji,
  suggestPeople,
  type Trigger,
  triggerAt,
} from "@/features/composer/suggest";
import { type EmojiGroup, loadEmojiGroups } from "@/lib/emoji";
import { loadMembers } from "@/realtime/actions";
import { useLive } from "@/realtime/live-store";
import { may, presentMembers } from "@/realtime/naming";
import type { RoomState } from "@/realtime/room-state";

type Suggestions = {
  readonly trigger: Trigger | null;
  readonly items: readonly Suggestion[];
  readonly active: number;
  readonly move: (step: number) => void;
  readonly dismiss: () => void;
};

export function useSuggestions(state: RoomState, text: string, caret: number): Suggestions {
  const [active, setActive] = useState(0);
  const [dismissed, setDismissed] = useState<number | null>(null);
  const found = useMemo(() => triggerAt(text, caret), [text, caret]);
  const trigger = found && found.start !== dismissed ? found : null;
  const people = usePeople(state, trigger?.kind === "mention");
  const groups = useEmoji(trigger?.kind === "emoji");
  const canMentionRoom = may(state, "mention_room");
  const items = useMemo(() => {
    if (!trigger) return [];
    if (trigger.kind === "mention") return suggestPeople(trigger.query, people, canMentionRoom);
    return suggestEmoji(trigger.query, groups);
  }, [trigger, people, groups, canMentionRoom]);
  const shown = Math.min(active, Math.max(0, items.length - 1));

  return {
    trigger,
    items,
    active: shown,
    move: (step) => setActive((shown + step + items.length) % items.length),
    dismiss: () => {
      setDismissed(found?.start ?? null);
      setActive(0);
    },
  };
}

function usePeople(state: RoomState, isWanted: boolean) {
  const users = useLive((live) => live.users);
  const { room, membersLoaded } = state;
  useEffect(() => {
    // Without the list the people seen so far still can be mentioned.
    if (isWanted && !membersLoaded) loadMembers(room.id).catch(() => undefined);
  }, [isWanted, membersLoaded, room.id]);
  return useMemo(() => presentMembers(state).flatMap(({ user_id }) => users[user_id] ?? []), [state, users]);
}

function useEmoji(isWanted: boolean): readonly EmojiGroup[] {
  const [groups, setGroups] = useState<readonly EmojiGroup[]>([]);
  useEffect(() => {
    if (isWanted) loadEmojiGroups().then(setGroups, () => undefined);
  }, [isWanted]);
  return groups;
}
