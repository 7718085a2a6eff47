import { block } from "@/api/accounts";
import type { Id } from "@/api/wire";
import { attempt } from "@/realtime/actions";
import { useLive } from "@/realtime/live-store";
import { nameOf } from "@/realtime/naming";
import { Confirm } from "@/ui/confirm";

type BlockDialogProps = { readonly userId: Id; readonly onClose: () => void };

export function BlockDialog({ userId, onClose }: BlockDialogProps) {
  const name = useLive((live) => nameOf(live.users, userId));
  return (
    <Confirm
      title={`Block ${name}?`}
      text="You cannot write to each other directly any more, you are not notified of what they write, and their messages are folded. They are not told."
      action="Block"
      onConfirm={() => attempt(() => block(userId, true))}
      onClose={onClose}
    />
  );
}
