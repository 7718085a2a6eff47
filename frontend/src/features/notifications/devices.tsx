import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { changeDevice, type Device, listDevices, removeDevice } from "@/api/notifications";
import { Part } from "@/features/notifications/parts";
import { TrialSteps } from "@/features/notifications/trial-steps";
import { attempt } from "@/realtime/actions";
import { turnOff } from "@/realtime/push";
import { Button, IconButton } from "@/ui/button";
import { Field, Select } from "@/ui/field";
import { Spinner } from "@/ui/spinner";

const KEY = ["devices"];
const LEVELS = [
  ["all", "All that rooms tell me"],
  ["mentions", "Mentions and direct messages"],
] as const;

export function Devices() {
  const devices = useQuery({ queryKey: KEY, queryFn: listDevices });
  const found = devices.data?.results ?? [];
  return (
    <Part title="Devices that are notified">
      {devices.isPending && <Spinner />}
      {devices.isError && <p className="text-sm text-danger">{devices.error.message}</p>}
      {devices.isSuccess && found.length === 0 && (
        <p className="text-sm text-soft">
          None yet. Turn notifications on above, on each device that should be told.
        </p>
      )}
      <ul className="flex flex-col gap-3">
        {found.map((device) => (
          <DeviceRow key={device.id} device={device} />
        ))}
      </ul>
    </Part>
  );
}

function DeviceRow({ device }: { readonly device: Device }) {
  const [isEditing, setEditing] = useState(false);
  const [isTested, setTested] = useState(0);
  const queries = useQueryClient();
  const act = async (action: () => Promise<unknown>) => {
    await attempt(action);
    await queries.invalidateQueries({ queryKey: KEY });
  };
  const remove = () =>
    act(async () => {
      await removeDevice(device.id);
      if (device.current) await turnOff();
    });
  const rename = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const label = String(new FormData(event.currentTarget).get("label") ?? "");
    setEditing(false);
    void act(() => changeDevice(device.id, { label }));
  };
  return (
    <li className="flex flex-col gap-3 rounded-xl border border-line p-3">
      <div className="flex items-center gap-2">
        <div className="min-w-0 flex-1">
          <p className="truncate text-sm font-medium">
            {device.label}
            {device.current && (
              <span className="ml-2 rounded-full bg-accent-wash px-2 py-0.5 text-xs text-accent">
                this one
              </span>
            )}
          </p>
          <p className="truncate text-xs text-soft">
            {device.service} · {health(device)}
          </p>
        </div>
        <IconButton label={`Remove ${device.label}`} onClick={remove}>
          <Trash2 size={16} aria-hidden />
        </IconButton>
      </div>
      {isEditing && (
        <form onSubmit={rename} className="flex items-end gap-2">
          <Field label="Name" name="label" defaultValue={device.label} maxLength={100} required autoFocus />
          <Button type="submit" look="primary">
            Rename
          </Button>
        </form>
      )}
      <div className="flex flex-wrap items-end gap-2">
        <Select
          label="For"
          className="min-w-52 flex-1"
          options={LEVELS}
          value={device.level}
          onChange={(event) =>
            act(() => changeDevice(device.id, { level: event.target.value as Device["level"] }))
          }
        />
        <Button onClick={() => act(() => changeDevice(device.id, { enabled: !device.enabled }))}>
          {device.enabled ? "Pause" : "Resume"}
        </Button>
        <Button onClick={() => setEditing(!isEditing)} aria-expanded={isEditing}>
          Rename
        </Button>
        <Button onClick={() => setTested(isTested + 1)}>Send a test</Button>
      </div>
      {isTested > 0 && <TrialSteps key={isTested} deviceId={device.id} />}
    </li>
  );
}

function health({ enabled, answered_at, status }: Device): string {
  if (!enabled) return "paused";
  if (answered_at === null) return "nothing sent yet";
  if (status === 0) return "could not be reached";
  return status < 300 ? "works" : `the last push was refused (${status})`;
}
