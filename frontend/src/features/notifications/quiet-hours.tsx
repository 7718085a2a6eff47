import { type ChangeEvent, useId } from "react";
import type { Quiet } from "@/api/notifications";
import { Part, SwitchRow } from "@/features/notifications/parts";
import { attempt } from "@/realtime/actions";
import { useLive } from "@/realtime/live-store";
import { wish } from "@/realtime/wish-actions";

const NIGHT = { start: 22 * 60, end: 7 * 60 } as const;

export function QuietHours() {
  const quiet = useLive((state) => state.wishes.preferences.quiet);
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  const change = (next: Quiet | null) => attempt(() => wish({ quiet: next }));
  return (
    <Part title="Quiet hours">
      <SwitchRow
        label="No notifications at certain hours"
        hint="Nothing rings or pops up then; the counts in the list go on."
        isOn={quiet !== null}
        onChange={(isOn) => change(isOn ? { ...NIGHT, zone: here } : null)}
      />
      {quiet && (
        <div className="flex flex-wrap items-end gap-3">
          <Hour label="From" minutes={quiet.start} onChange={(start) => change({ ...quiet, start })} />
          <Hour label="Until" minutes={quiet.end} onChange={(end) => change({ ...quiet, end })} />
          <p className="pb-2 text-sm text-soft">
            {quiet.zone.replaceAll("_", " ")}
            {quiet.zone !== here && (
              <button
                type="button"
                className="ml-2 min-h-6 font-medium text-accent underline-offset-2 hover:underline"
                onClick={() => change({ ...quiet, zone: here })}
              >
                Use {here.replaceAll("_", " ")}
              </button>
            )}
          </p>
        </div>
      )}
    </Part>
  );
}

type HourProps = {
  readonly label: string;
  readonly minutes: number;
  readonly onChange: (minutes: number) => void;
};

function Hour({ label, minutes, onChange }: HourProps) {
  const id = useId();
  const take = (event: ChangeEvent<HTMLInputElement>) => {
    const next = minutesOf(event.target.value);
    if (next !== null) onChange(next);
  };
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        type="time"
        required
        value={clock(minutes)}
        onChange={take}
        className="h-10 rounded-lg border border-line bg-canvas px-3 touch:h-11 touch:text-base"
      />
    </div>
  );
}

export function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

/** null while the field is half empty. */
export function minutesOf(text: string): number | null {
  const match = /^(\d\d):(\d\d)/.exec(text);
  return match ? Number(match[1]) * 60 + Number(match[2]) : null;
}
