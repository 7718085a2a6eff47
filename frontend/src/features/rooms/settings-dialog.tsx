import { type FormEvent, useState } from "react";
import { setPicture } from "@/api/files";
import { changeRoom, type RoomSettings } from "@/api/rooms";
import type { Room } from "@/api/wire";
import { POSTING } from "@/features/rooms/create-dialog";
import { attempt, fieldErrors, showRoom } from "@/realtime/actions";
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
        <Button look="primary" type="submit" isBusy={isBusy}>
          Save
        </Button>
      </form>
    </Dialog>
  );
}
