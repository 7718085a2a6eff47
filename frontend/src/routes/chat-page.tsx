import { lazy } from "react";
import { AccountBar } from "@/features/account/account-bar";
import { ModerationDialogs } from "@/features/moderation/dialogs";
import { SanctionNotices } from "@/features/moderation/notices";
import { useNotifier } from "@/features/notifications/use-notifier";
import { ConnectionBanner } from "@/features/presence/connection-banner";
import { useIdle } from "@/features/presence/use-idle";
import { RoomIcon } from "@/features/rooms/room-link";
import { RoomList } from "@/features/rooms/room-list";
import { SearchBar, SearchDoor } from "@/features/search/search-door";
import { cx } from "@/lib/class-names";
import { useLocation } from "@/lib/router";
import { useLive } from "@/realtime/live-store";
import type { RoomState } from "@/realtime/room-state";
import { Mark } from "@/routes/entry-page";
import { RoomView } from "@/routes/room-view";
import { Spinner } from "@/ui/spinner";

const NotificationSettings = lazy(() =>
  import("@/features/notifications/settings").then((m) => ({ default: m.NotificationSettings })),
);

export function ChatPage({ siteName }: { readonly siteName: string }) {
  const { roomId, seq } = useLocation();
  const isKnown = useLive((state) => state.me !== null);
  useIdle();
  useNotifier(siteName);
  return (
    <div className="flex h-dvh flex-col pt-[env(safe-area-inset-top)]">
      <ConnectionBanner />
      <SanctionNotices />
      <ModerationDialogs />
      {isKnown ? (
        <div className="flex min-h-0 flex-1">
          <div
            className={cx(
              "flex w-full flex-col border-line bg-side md:w-72 md:shrink-0 md:border-r",
              roomId !== null && "max-md:hidden",
            )}
          >
            <div className="flex h-14 shrink-0 items-center gap-2.5 px-4">
              <Mark size={24} />
              <span className="truncate font-semibold tracking-tight">{siteName}</span>
            </div>
            <SearchBar />
            <RoomList currentId={roomId} />
            <AccountBar notifications={<NotificationSettings />} />
          </div>
          <main className={cx("flex min-w-0 flex-1", roomId === null && "max-md:hidden")}>
            {roomId === null ? <Nowhere /> : <RoomView key={roomId} roomId={roomId} target={seq} />}
          </main>
          <SearchDoor renderIcon={roomIcon} />
        </div>
      ) : (
        <div className="flex flex-1 items-center justify-center">
          <Spinner label="Connecting" />
        </div>
      )}
    </div>
  );
}

const roomIcon = (state: RoomState) => <RoomIcon state={state} />;

function Nowhere() {
  return (
    <div className="flex flex-1 flex-col items-center justify-center gap-3 text-soft">
      <Mark size={48} />
      <p>Choose a room, or start a conversation.</p>
    </div>
  );
}
