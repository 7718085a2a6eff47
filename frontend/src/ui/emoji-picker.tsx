import { lazy, type ReactNode, Suspense, useState } from "react";
import { Popover } from "@/ui/popover";
import { Spinner } from "@/ui/spinner";

const EmojiGrid = lazy(() => import("@/ui/emoji-grid").then((module) => ({ default: module.EmojiGrid })));

type EmojiPickerProps = {
  readonly trigger: ReactNode;
  readonly onPick: (unicode: string) => void;
  readonly onOpenChange?: (isOpen: boolean) => void;
};

export function EmojiPicker({ trigger, onPick, onOpenChange }: EmojiPickerProps) {
  const [isOpen, setOpen] = useState(false);
  const change = (next: boolean) => {
    setOpen(next);
    onOpenChange?.(next);
  };
  const pick = (unicode: string) => {
    change(false);
    onPick(unicode);
  };
  return (
    <Popover trigger={trigger} label="Emoji" isOpen={isOpen} onOpenChange={change}>
      <Suspense fallback={<Spinner />}>
        <EmojiGrid onPick={pick} />
      </Suspense>
    </Popover>
  );
}
