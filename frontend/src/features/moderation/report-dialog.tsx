import { type ReportReason, report } from "@/api/moderation";
import type { Asked } from "@/realtime/asked";
import { useLive } from "@/realtime/live-store";
import { nameOf } from "@/realtime/naming";
import { useForm } from "@/realtime/use-form";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field, Select } from "@/ui/field";
import { Problem } from "@/ui/problem";
import { toast } from "@/ui/toast";

type ReportDialogProps = {
  readonly asked: Extract<Asked, { kind: "report" }>;
  readonly onClose: () => void;
};

const REASONS: readonly (readonly [ReportReason, string])[] = [
  ["abuse", "It is insulting or threatening"],
  ["spam", "It is spam"],
  ["illegal", "It is against the law"],
  ["self_harm", "Somebody may be in danger"],
  ["other", "Something else"],
];

export function ReportDialog({ asked: { userId, roomId, message }, onClose }: ReportDialogProps) {
  const name = useLive((live) => nameOf(live.users, userId));
  const { errors, problem, isBusy, onSubmit } = useForm(async ({ reason = "other", note = "" }) => {
    const what = message ? { message_id: message.id } : { user_id: userId, room_id: roomId };
    await report({ ...what, reason: reason as ReportReason, note });
    toast("Thank you. The moderators will look at it.");
    onClose();
  });
  return (
    <Dialog
      title={message ? `Report a message of ${name}` : `Report ${name}`}
      description="Moderators see it with what was said around it. They do not tell who reported it."
      onClose={onClose}
    >
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        <Select label="What is wrong?" name="reason" options={REASONS} />
        <Field
          label="Anything else they should know?"
          name="note"
          maxLength={1000}
          autoComplete="off"
          errors={errors.note}
        />
        <Problem text={problem} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" isBusy={isBusy}>
            Report
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
