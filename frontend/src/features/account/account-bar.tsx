import { Settings } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useLive } from "@/realtime/live-store";
import { Avatar } from "@/ui/avatar";
import { IconButton } from "@/ui/button";

const SettingsDialog = lazy(() =>
  import("@/features/account/settings-dialog").then((m) => ({ default: m.SettingsDialog })),
);

export function AccountBar({ notifications }: { readonly notifications: ReactNode }) {
  const me = useLive((state) => state.me);
  const isLive = useLive((state) => state.phase.name === "live");
  const [isOpen, setOpen] = useState(false);
  if (!me) return null;
  return (
    <footer className="flex items-center gap-2.5 border-t border-line px-3 py-2 pb-[max(0.5rem,env(safe-area-inset-bottom))]">
      <Avatar
        name={me.display_name}
        color={me.avatar_color}
        image={me.avatar}
        size={32}
        status={isLive ? "online" : "offline"}
      />
      <div className="min-w-0 flex-1 leading-tight">
        <p className="truncate text-sm font-medium">{me.display_name}</p>
        <p className="truncate text-xs text-soft">{me.status_text || `@${me.username}`}</p>
      </div>
      <IconButton label="Settings" onClick={() => setOpen(true)}>
        <Settings size={18} aria-hidden />
      </IconButton>
      <Suspense fallback={null}>
        {isOpen && <SettingsDialog me={me} notifications={notifications} onClose={() => setOpen(false)} />}
      </Suspense>
    </footer>
  );
}
