import { type FormEvent, useState } from "react";
import { setPicture } from "@/api/files";
import { changeRoom, type RoomSettings } from "@/api/rooms";
import type { Room } from "@/api/wire";
import { POSTING } from "@/features/rooms/create-dialog";
import { countdown } from "@/lib/time";
import { attempt, fieldErrors, showRoom } from "@/realtime/actions";
import { may } from "@/realtime/naming";
import type { RoomState } from "@/realtime/room-state";
import { uploadPicture } from "@/realtime/uploads";
import { Avatar } from "@/ui/avatar";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Select } from "@/ui/field";
import { PictureField } from "@/ui/picture-field";

async function change(action: () => Promise<Room>): Promise<void> {
  const saved = await attempt(action);
  if (saved) showRoom(saved);
}

const NUMBERS = ["slow_seconds", "retention_days"] as const;
const KEEPS = [1, 7, 30, 90, 180, 365, 730];

function keepsWith(present: number): (readonly [string, string])[] {
  const offered = [...new Set([...KEEPS, present])].filter((days) => days > 0).sort((a, b) => a - b);
  return [
    ["0", "For ever"],
    ...offered.map((days) => [String(days), days === 1 ? "1 day" : `${days} days`] as const),
  ];
}

const PACES = [5, 10, 30, 60, 300, 900, 3600, 21_600];

function pacesWith(present: number): (readonly [string, string])[] {
  const offered = [...new Set([...PACES, present])].filter((pace) => pace > 0).sort((a, b) => a - b);
  return [["0", "Off"], ...offered.map((pace) => [String(pace), countdown(pace * 1000)] as const)];
}

export function SettingsDialog({
  state,
  onClose,
}: {
  readonly state: RoomState;
  readonly onClose: () => void;
}) {
  const { room } = state;
  const [errors, setErrors] = useState<ReturnType<typeof fieldErrors>>({});
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.currentTarget));
    const numbers = Object.fromEntries(
      NUMBERS.filter((name) => name in fields).map((name) => [name, Number(fields[name])]),
    );
    const settings = { ...fields, ...numbers } as RoomSettings;
    setBusy(true);
    setErrors({});
    const changed = await attempt(
      () =>
        changeRoom(room.id, settings).catch((error: unknown) => {
          setErrors(fieldErrors(error));
          throw error;
        }),
      settings,
    );
    setBusy(false);
    if (!changed) return;
    showRoom(changed);
    onClose();
  };
  return (
    <Dialog title="Room settings" onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <PictureField
          shown={
            <Avatar key={room.picture} name={room.name} color="#8a8580" image={room.picture} size={64} />
          }
          hasPicture={room.picture !== null}
          onPick={(file) => change(async () => setPicture(room.id, await uploadPicture(file, room.id)))}
          onRemove={() => change(() => setPicture(room.id, null))}
        />
        <Field
          label="Name"
          name="name"
          required
          maxLength={80}
          defaultValue={room.name}
          errors={errors.name}
        />
        <Field label="Topic" name="topic" maxLength={250} defaultValue={room.topic} errors={errors.topic} />
        <Select label="Who may post" name="posting" defaultValue={room.posting} options={POSTING} />
        <Select
          label="Slow mode"
          name="slow_seconds"
          defaultValue={room.slow_seconds}
          options={pacesWith(room.slow_seconds)}
          hint="How long a member waits between two messages. Moderators do not wait."
        />
        {may(state, "archive") && (
          <Select
            label="Keep messages"
            name="retention_days"
            defaultValue={room.retention_days}
            options={keepsWith(room.retention_days)}
            hint="What is older goes for good, with its files, for everybody."
          />
        )}
        <Button look="primary" type="submit" isBusy={isBusy}>
          Save
        </Button>
      </form>
    </Dialog>
  );
}
