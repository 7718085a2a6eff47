import { Compass, Plus } from "lucide-react";
import { lazy, type ReactNode, Suspense, useMemo, useState } from "react";
import type { Id } from "@/api/wire";
import { RoomLink } from "@/features/rooms/room-link";
import { useLive } from "@/realtime/live-store";
import type { RoomState } from "@/realtime/room-state";
import { IconButton } from "@/ui/button";
import { Spinner } from "@/ui/spinner";

const JoinDialog = lazy(() =>
  import("@/features/rooms/join-dialog").then((m) => ({ default: m.JoinDialog })),
);
const CreateDialog = lazy(() =>
  import("@/features/rooms/create-dialog").then((m) => ({ default: m.CreateDialog })),
);
const DirectDialog = lazy(() =>
  import("@/features/rooms/direct-dialog").then((m) => ({ default: m.DirectDialog })),
);

type Open = "join" | "create" | "direct" | null;

export function RoomList({ currentId }: { readonly currentId: Id | null }) {
  const rooms = useLive((state) => state.rooms);
  const isReady = useLive((state) => state.isReady);
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const [shared, direct] = useMemo(() => sortRooms(Object.values(rooms)), [rooms]);

  return (
    <nav aria-label="Rooms" className="min-h-0 flex-1 overflow-y-auto px-2 pb-4">
      <Section
        title="Rooms"
        rooms={shared}
        currentId={currentId}
        empty={isReady ? "No rooms yet. Join or create one." : null}
      >
        <IconButton label="Browse rooms" onClick={() => setOpen("join")}>
          <Compass size={16} aria-hidden />
        </IconButton>
        <IconButton label="Create a room" onClick={() => setOpen("create")}>
          <Plus size={16} aria-hidden />
        </IconButton>
      </Section>
      <Section
        title="Direct messages"
        rooms={direct}
        currentId={currentId}
        empty={isReady ? "Nobody yet." : null}
      >
        <IconButton label="New direct message" onClick={() => setOpen("direct")}>
          <Plus size={16} aria-hidden />
        </IconButton>
      </Section>
      <Suspense fallback={null}>
        {open === "join" && <JoinDialog onClose={close} />}
        {open === "create" && <CreateDialog onClose={close} />}
        {open === "direct" && <DirectDialog onClose={close} />}
      </Suspense>
    </nav>
  );
}

type SectionProps = {
  readonly title: string;
  readonly rooms: readonly RoomState[];
  readonly currentId: Id | null;
  readonly empty: string | null;
  readonly children: ReactNode;
};

function Section({ title, rooms, currentId, empty, children }: SectionProps) {
  return (
    <section aria-label={title} className="pt-3">
      <header className="flex items-center pl-2">
        <h2 className="flex-1 text-xs font-semibold tracking-wide text-soft">{title}</h2>
        {children}
      </header>
      <ul className="flex flex-col gap-px">
        {rooms.map((state) => (
          <li key={state.room.id}>
            <RoomLink state={state} isCurrent={state.room.id === currentId} />
          </li>
        ))}
      </ul>
      {rooms.length === 0 &&
        (empty === null ? <Spinner /> : <p className="px-2 py-1 text-sm text-soft">{empty}</p>)}
    </section>
  );
}

function sortRooms(rooms: readonly RoomState[]): [RoomState[], RoomState[]] {
  const shared = rooms.filter(({ room }) => room.kind !== "direct").sort(byName);
  const direct = rooms.filter(({ room }) => room.kind === "direct").sort(byRecency);
  return [shared, direct];
}

function byName({ room: left }: RoomState, { room: right }: RoomState): number {
  const archived = Number(left.archived_at !== null) - Number(right.archived_at !== null);
  return archived || left.name.localeCompare(right.name);
}

function byRecency({ room: left }: RoomState, { room: right }: RoomState): number {
  return (right.last_message_at ?? right.created_at).localeCompare(left.last_message_at ?? left.created_at);
}
