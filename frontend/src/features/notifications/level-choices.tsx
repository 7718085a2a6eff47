import { LEVELS, type Level, type Preferences } from "@/api/notifications";
import { Part, SwitchRow } from "@/features/notifications/parts";
import { LEVEL_NAMES } from "@/features/notifications/room-bell";
import { attempt } from "@/realtime/actions";
import { useLive } from "@/realtime/live-store";
import { wish } from "@/realtime/wish-actions";
import { Select } from "@/ui/field";

const OPTIONS = LEVELS.map((level) => [level, LEVEL_NAMES[level]] as const);

export function LevelChoices() {
  const preferences = useLive((state) => state.wishes.preferences);
  const change = (changes: Partial<Preferences>) => attempt(() => wish(changes));
  return (
    <Part title="What to tell me">
      <div className="grid gap-3 sm:grid-cols-2">
        <Select
          label="In direct messages"
          options={OPTIONS}
          value={preferences.direct_level}
          onChange={(event) => change({ direct_level: event.target.value as Level })}
        />
        <Select
          label="In rooms"
          options={OPTIONS}
          value={preferences.room_level}
          onChange={(event) => change({ room_level: event.target.value as Level })}
        />
      </div>
      <p className="text-xs text-soft">The bell above a room chooses something else for that room.</p>
      <SwitchRow
        label="Show names and text"
        hint="Off: notifications and letters only say that there is something. Pushes are encrypted either way."
        isOn={preferences.show_text}
        onChange={(show_text) => change({ show_text })}
      />
    </Part>
  );
}
