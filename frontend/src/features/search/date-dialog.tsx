import { type FormEvent, useState } from "react";
import { placeAt } from "@/api/search";
import type { Room } from "@/api/wire";
import { isoDay, midnight } from "@/features/search/days";
import { navigate, roomPath } from "@/lib/router";
import { attempt } from "@/realtime/actions";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";

type DateDialogProps = { readonly room: Room; readonly onClose: () => void };

export function DateDialog({ room, onClose }: DateDialogProps) {
  const today = isoDay(new Date());
  const [day, setDay] = useState(today);
  const [isBusy, setBusy] = useState(false);
  const [isNothing, setNothing] = useState(false);
  const jump = async (moment: Date) => {
    setBusy(true);
    setNothing(false);
    const place = await attempt(() => placeAt(room.id, moment));
    setBusy(false);
    if (place && place.seq === null) setNothing(true);
    if (!place || place.seq === null) return;
    onClose();
    navigate(roomPath(room.id, place.seq));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const moment = midnight(day);
    if (moment) void jump(moment);
  };
  return (
    <Dialog title="Jump to date" description="To the first message of a day." onClose={onClose}>
      <form onSubmit={submit}>
        <Field
          label="Day"
          type="date"
          required
          min={isoDay(new Date(room.created_at))}
          max={today}
          value={day}
          onChange={(event) => setDay(event.target.value)}
        />
        {isNothing && (
          <p role="status" className="mt-2 text-sm text-soft">
            Nothing was said on that day or later.
          </p>
        )}
        <div className="mt-4 flex justify-between gap-2">
          <Button disabled={isBusy} onClick={() => void jump(new Date(room.created_at))}>
            The beginning
          </Button>
          <Button look="primary" type="submit" isBusy={isBusy} disabled={midnight(day) === null}>
            Jump
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
