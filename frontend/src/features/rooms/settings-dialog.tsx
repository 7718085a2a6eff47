import { type FormEvent, useState } from "react";
import { changeRoom, type RoomSettings } from "@/api/rooms";
import { POSTING } from "@/features/rooms/create-dialog";
import { attempt, fieldErrors, showRoom } from "@/realtime/actions";
import type { RoomState } from "@/realtime/room-state";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Select } from "@/ui/field";

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
    const settings = Object.fromEntries(new FormData(event.currentTarget)) as RoomSettings;
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
        <Button look="primary" type="submit" isBusy={isBusy}>
          Save
        </Button>
      </form>
    </Dialog>
  );
}
