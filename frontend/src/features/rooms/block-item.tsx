import { Ban } from "lucide-react";
import type { Id } from "@/api/wire";
import { unblock } from "@/realtime/actions";
import { useIsBlocked } from "@/realtime/live-store";
import { MenuItem } from "@/ui/menu";

type BlockItemProps = { readonly userId: Id; readonly onBlock: () => void };

/** In the menus of a person: what asks first is opened by whoever holds the menu, which closes. */
export function BlockItem({ userId, onBlock }: BlockItemProps) {
  const isBlocked = useIsBlocked(userId);
  return (
    <MenuItem
      icon={<Ban size={16} aria-hidden />}
      isDanger={!isBlocked}
      onSelect={() => (isBlocked ? unblock(userId) : onBlock())}
    >
      {isBlocked ? "Unblock" : "Block"}
    </MenuItem>
  );
}
