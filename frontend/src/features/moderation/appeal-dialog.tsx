import { appeal } from "@/api/moderation";
import type { OwnSanction } from "@/api/wire";
import { AppealForm } from "@/features/moderation/appeal-form";
import { putSanctions } from "@/realtime/live-state";
import { changeLive } from "@/realtime/live-store";
import { Dialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";

type AppealDialogProps = { readonly sanction: OwnSanction; readonly onClose: () => void };

export function AppealDialog({ sanction, onClose }: AppealDialogProps) {
  const send = async (text: string) => {
    const told = await appeal(sanction.id, text);
    changeLive((state) => putSanctions(state, [told]));
    toast("The moderators will read it.");
    onClose();
  };
  return (
    <Dialog
      title="Appeal"
      description={`The reason was “${sanction.reason}”. You can appeal once.`}
      onClose={onClose}
    >
      <AppealForm onSend={send} />
    </Dialog>
  );
}
