import { useState } from "react";
import { type Decision, decide } from "@/api/moderation";
import type { SanctionKind } from "@/api/wire";
import type { Asked } from "@/realtime/asked";
import { useLive, useRoom } from "@/realtime/live-store";
import { may, nameOf } from "@/realtime/naming";
import { useForm } from "@/realtime/use-form";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Select } from "@/ui/field";
import { Problem } from "@/ui/problem";
import { toast } from "@/ui/toast";

type DecisionDialogProps = {
  readonly asked: Extract<Asked, { kind: "decide" }>;
  readonly onClose: () => void;
};
type Options = readonly (readonly [string, string])[];

const DURATIONS: Options = [
  ["10", "10 minutes"],
  ["60", "1 hour"],
  ["1440", "1 day"],
  ["10080", "7 days"],
  ["40320", "28 days"],
];
const FOR_GOOD: Options = [["", "For good"]];
const HIDDEN: Options = [
  ["0", "Nothing"],
  ["1", "Those of the last day"],
  ["3", "Those of the last 3 days"],
  ["7", "Those of the last 7 days"],
];

export function DecisionDialog({ asked: { userId, roomId }, onClose }: DecisionDialogProps) {
  const name = useLive((live) => nameOf(live.users, userId));
  const [kind, setKind] = useState<SanctionKind>("mute");
  const [where, setWhere] = useState(usePlaces(roomId)[0]?.[0] ?? roomId);
  const { errors, problem, isBusy, onSubmit } = useForm(async (fields) => {
    await decide(decisionOf(userId, kind, where, fields));
    toast(`Done. ${name} has been told why.`);
    onClose();
  });
  return (
    <Dialog title={`Moderate ${name}`} description={`${name} reads the reason.`} onClose={onClose}>
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        <Select
          label="What to do"
          name="kind"
          value={kind}
          onChange={(event) => setKind(event.target.value as SanctionKind)}
          options={kindsFor(where)}
        />
        <Select
          label="Where"
          name="where"
          value={where}
          onChange={(event) => {
            setWhere(event.target.value);
            if (!event.target.value && kind === "removal") setKind("mute");
          }}
          options={usePlaces(roomId)}
        />
        {kind === "mute" && <Select label="For how long" name="minutes" options={DURATIONS} />}
        {kind === "ban" && (
          <Select label="For how long" name="minutes" options={[...DURATIONS, ...FOR_GOOD]} />
        )}
        {kind === "ban" && <Select label="Hide messages" name="hide_days" options={HIDDEN} />}
        <Field
          label="Reason"
          name="reason"
          required
          maxLength={500}
          autoComplete="off"
          errors={errors.reason}
        />
        <Problem text={problem} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="danger" type="submit" isBusy={isBusy}>
            {VERBS[kind]}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

const VERBS: Readonly<Record<SanctionKind, string>> = {
  warning: "Warn",
  mute: "Mute",
  removal: "Remove",
  ban: "Ban",
};

function kindsFor(where: string): Options {
  const everywhere: Options = [
    ["warning", "Warn"],
    ["mute", "Mute: read, but not write"],
    ["ban", "Ban: shut out"],
  ];
  return where ? [...everywhere, ["removal", "Remove: may come back"]] : everywhere;
}

/** Where one may decide: in the room as its moderator, on the whole site as one of its staff. */
function usePlaces(roomId: string): Options {
  const room = useRoom(roomId);
  const isStaff = useLive((live) => live.me?.role === "admin" || live.me?.role === "moderator");
  const here: Options = room && may(room, "moderate") ? [[roomId, room.room.name]] : [];
  return isStaff ? [...here, ["", "The whole site"]] : here;
}

function decisionOf(
  userId: string,
  kind: SanctionKind,
  where: string,
  fields: Readonly<Record<string, string>>,
): Decision {
  return {
    user_id: userId,
    kind,
    reason: fields.reason ?? "",
    ...(where ? { room_id: where } : {}),
    ...(fields.minutes ? { minutes: Number(fields.minutes) } : {}),
    ...(Number(fields.hide_days) ? { hide_days: Number(fields.hide_days) } : {}),
  };
}
