import { type FormEvent, useState } from "react";
import { createRoom, type NewRoom } from "@/api/rooms";
import { navigate, roomPath } from "@/lib/router";
import { adoptRoom, attempt, fieldErrors } from "@/realtime/actions";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Select } from "@/ui/field";

const KINDS = [
  ["public", "Public: anybody here can find and join it"],
  ["private", "Private: by invitation only"],
] as const;

export const POSTING = [
  ["everyone", "Everyone"],
  ["moderators", "Moderators only"],
] as const;

export function CreateDialog({ onClose }: { readonly onClose: () => void }) {
  const [errors, setErrors] = useState<ReturnType<typeof fieldErrors>>({});
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const room = Object.fromEntries(new FormData(event.currentTarget)) as unknown as NewRoom;
    setBusy(true);
    setErrors({});
    const entry = await attempt(
      () =>
        createRoom(room).catch((error: unknown) => {
          setErrors(fieldErrors(error));
          throw error;
        }),
      room,
    );
    setBusy(false);
    if (!entry) return;
    adoptRoom(entry);
    onClose();
    navigate(roomPath(entry.room.id));
  };
  return (
    <Dialog title="Create a room" onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field label="Name" name="name" required maxLength={80} errors={errors.name} autoFocus />
        <Field
          label="Topic"
          name="topic"
          maxLength={250}
          errors={errors.topic}
          hint="What is it for? You can change it later."
        />
        <Select label="Who can join" name="kind" options={KINDS} />
        <Select label="Who may post" name="posting" options={POSTING} />
        <Button look="primary" type="submit" isBusy={isBusy}>
          Create room
        </Button>
      </form>
    </Dialog>
  );
}
