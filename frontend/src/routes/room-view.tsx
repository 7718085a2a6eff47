import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import type { Id, Message } from "@/api/wire";
import { Composer } from "@/features/composer/composer";
import type { Intent } from "@/features/composer/intent";
import { RoomBell } from "@/features/notifications/room-bell";
import { TypingLine } from "@/features/presence/typing-line";
import { MembersPanel } from "@/features/rooms/members-panel";
import { type Panel, RoomHeader } from "@/features/rooms/room-header";
import { useRoomTitle } from "@/features/rooms/room-link";
import { useSearchHere } from "@/features/search/search-here";
import { Timeline } from "@/features/timeline/timeline-view";
import { navigate } from "@/lib/router";
import { loadMembers } from "@/realtime/actions";
import { useLive, useRoom } from "@/realtime/live-store";
import type { RoomState } from "@/realtime/room-state";
import { Button } from "@/ui/button";
import { Spinner } from "@/ui/spinner";

const FilesPanel = lazy(() =>
  import("@/features/rooms/files-panel").then((m) => ({ default: m.FilesPanel })),
);
const DateDialog = lazy(() =>
  import("@/features/search/date-dialog").then((m) => ({ default: m.DateDialog })),
);
const PinnedPanel = lazy(() =>
  import("@/features/search/pinned-panel").then((m) => ({ default: m.PinnedPanel })),
);

type RoomViewProps = { readonly roomId: Id; readonly target: number | null };

export function RoomView({ roomId, target }: RoomViewProps) {
  const state = useRoom(roomId);
  const isReady = useLive((live) => live.isReady);
  if (state) return <OpenRoom state={state} target={target} />;
  return (
    <div className="flex flex-1 flex-col items-center justify-center gap-3 p-6 text-center text-soft">
      {isReady ? (
        <>
          <p>This room does not exist, or you are not in it.</p>
          <Button onClick={() => navigate("/")}>Back to rooms</Button>
        </>
      ) : (
        <Spinner />
      )}
    </div>
  );
}

function OpenRoom({ state, target }: { readonly state: RoomState; readonly target: number | null }) {
  const [intent, setIntent] = useState<Intent>(null);
  const [panel, setPanel] = useState<Panel>(null);
  const [isChoosingDay, setChoosingDay] = useState(false);
  const title = useRoomTitle(state);
  const searchHere = useSearchHere(state);
  const reply = useCallback((message: Message) => setIntent({ kind: "reply", message }), []);
  const edit = useCallback((message: Message) => setIntent({ kind: "edit", message }), []);
  useReaders(state);
  return (
    <>
      <section aria-label={title} className="flex min-w-0 flex-1 flex-col">
        <RoomHeader
          state={state}
          actions={<RoomBell state={state} />}
          panel={panel}
          onPanel={setPanel}
          onPinned={() => setPanel("pinned")}
          onSearch={searchHere}
          onDate={() => setChoosingDay(true)}
        />
        <Timeline state={state} target={target} onReply={reply} onEdit={edit} />
        <TypingLine roomId={state.room.id} />
        <Composer state={state} title={title} intent={intent} onIntent={setIntent} />
      </section>
      {panel === "members" && <MembersPanel state={state} onClose={() => setPanel(null)} />}
      <Suspense fallback={null}>
        {panel === "files" && <FilesPanel state={state} onClose={() => setPanel(null)} />}
        {isChoosingDay && <DateDialog room={state.room} onClose={() => setChoosingDay(false)} />}
        {panel === "pinned" && <PinnedPanel state={state} onClose={() => setPanel(null)} />}
      </Suspense>
    </>
  );
}

const LARGEST_WITH_READERS = 100;

/** "Seen by" needs to know how far the others have read; very large rooms do not show it. */
function useReaders({ room, membersLoaded }: RoomState): void {
  const isLive = useLive((live) => live.phase.name === "live");
  const isWanted = isLive && !membersLoaded && room.member_count <= LARGEST_WITH_READERS;
  useEffect(() => {
    if (isWanted) loadMembers(room.id).catch(() => undefined);
  }, [isWanted, room.id]);
}
