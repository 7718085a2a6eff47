import { Bell, BellOff, BellRing } from "lucide-react";
import { FOREVER, type Level, type RoomPreference } from "@/api/notifications";
import { clockTime, isSameDay } from "@/lib/time";
import { useNow } from "@/lib/use-now";
import { attempt } from "@/realtime/actions";
import { useLive } from "@/realtime/live-store";
import type { RoomState } from "@/realtime/room-state";
import { wishForRoom } from "@/realtime/wish-actions";
import { chosenFor, isMuted, levelIn } from "@/realtime/wishes";
import { IconButton } from "@/ui/button";
import { Menu, MenuChoices, MenuItem, MenuLabel, MenuSeparator } from "@/ui/menu";

const HOUR_MS = 3_600_000;
const MUTES = [
  ["For 1 hour", 1],
  ["For 8 hours", 8],
  ["For 24 hours", 24],
] as const;

export const LEVEL_NAMES: Readonly<Record<Level, string>> = {
  all: "All messages",
  mentions: "Mentions and replies",
  nothing: "Nothing",
};

/** What one is told of this room, and for how long nothing at all. */
export function RoomBell({ state }: { readonly state: RoomState }) {
  const { room } = state;
  const wishes = useLive((live) => live.wishes);
  const now = useNow(true, 30_000);
  const chosen = chosenFor(wishes, room.id);
  const muted = isMuted(wishes, room.id, now);
  const level = levelIn(wishes, room);
  const usual = levelIn({ ...wishes, rooms: {} }, room);
  const choose = (changes: Partial<RoomPreference>) => attempt(() => wishForRoom({ ...chosen, ...changes }));
  const mute = (until: string | null) => choose({ muted_until: until });
  const choices: readonly (readonly [string, string])[] = [
    ["", `As everywhere (${LEVEL_NAMES[usual].toLowerCase()})`],
    ...(["all", "mentions", "nothing"] as const).map((name) => [name, LEVEL_NAMES[name]] as const),
  ];
  return (
    <Menu
      trigger={
        <IconButton label={`Notifications: ${muted ? "muted" : LEVEL_NAMES[level].toLowerCase()}`}>
          <BellIcon level={level} isMuted={muted} />
        </IconButton>
      }
    >
      <MenuLabel>Tell me about</MenuLabel>
      <MenuChoices
        value={chosen.level ?? ""}
        choices={choices}
        onChoose={(name) => choose({ level: (name || null) as Level | null })}
      />
      <MenuSeparator />
      <MenuLabel>{muted ? `Muted ${untilText(chosen.muted_until ?? FOREVER, now)}` : "Mute"}</MenuLabel>
      {muted ? (
        <MenuItem onSelect={() => mute(null)}>Turn on again</MenuItem>
      ) : (
        <>
          {MUTES.map(([text, hours]) => (
            <MenuItem key={hours} onSelect={() => mute(new Date(Date.now() + hours * HOUR_MS).toISOString())}>
              {text}
            </MenuItem>
          ))}
          <MenuItem onSelect={() => mute(FOREVER)}>Until I turn it on</MenuItem>
        </>
      )}
    </Menu>
  );
}

function BellIcon({ level, isMuted: muted }: { readonly level: Level; readonly isMuted: boolean }) {
  const Icon = muted || level === "nothing" ? BellOff : level === "all" ? BellRing : Bell;
  return <Icon size={18} aria-hidden />;
}

function untilText(until: string, now: number): string {
  if (until === FOREVER) return "until you turn it on";
  const today = isSameDay(until, new Date(now).toISOString());
  return today ? `until ${clockTime(until)}` : `until ${dayAhead(until)} ${clockTime(until)}`;
}

function dayAhead(until: string): string {
  return new Date(until).toLocaleDateString(undefined, { weekday: "long" });
}
