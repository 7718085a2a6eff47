import { useInfiniteQuery } from "@tanstack/react-query";
import { Hash } from "lucide-react";
import { useState } from "react";
import { browseRooms, type DirectoryRoom, joinRoom } from "@/api/rooms";
import type { Id } from "@/api/wire";
import { navigate, roomPath } from "@/lib/router";
import { useDebounced } from "@/lib/use-debounced";
import { adoptRoom, attempt } from "@/realtime/actions";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Spinner } from "@/ui/spinner";

export function JoinDialog({ onClose }: { readonly onClose: () => void }) {
  const [query, setQuery] = useState("");
  const wanted = useDebounced(query);
  const directory = useInfiniteQuery({
    queryKey: ["directory", wanted],
    queryFn: ({ pageParam }) => browseRooms(wanted, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const rooms = directory.data?.pages.flatMap((page) => page.results) ?? [];
  const open = (roomId: Id) => {
    onClose();
    navigate(roomPath(roomId));
  };

  return (
    <Dialog title="Browse rooms" onClose={onClose}>
      <Field
        label="Search"
        type="search"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        autoFocus
      />
      <ul className="mt-3 flex min-h-40 flex-col divide-y divide-line">
        {rooms.map((room) => (
          <DirectoryRow key={room.id} room={room} onOpen={open} />
        ))}
      </ul>
      {directory.isPending && <Spinner />}
      {directory.isError && <p className="text-sm text-danger">{directory.error.message}</p>}
      {directory.isSuccess && rooms.length === 0 && (
        <p className="text-sm text-soft">No public room is called that.</p>
      )}
      {directory.hasNextPage && <Button onClick={() => directory.fetchNextPage()}>Show more</Button>}
    </Dialog>
  );
}

function DirectoryRow({
  room,
  onOpen,
}: {
  readonly room: DirectoryRoom;
  readonly onOpen: (roomId: Id) => void;
}) {
  const [isBusy, setBusy] = useState(false);
  const join = async () => {
    setBusy(true);
    const entry = await attempt(() => joinRoom(room.id));
    setBusy(false);
    if (!entry) return;
    adoptRoom(entry);
    onOpen(room.id);
  };
  return (
    <li className="flex items-center gap-3 py-2.5">
      <Hash size={18} aria-hidden className="shrink-0 text-soft" />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{room.name}</p>
        <p className="truncate text-sm text-soft">
          {room.member_count} {room.member_count === 1 ? "member" : "members"}
          {room.topic && ` · ${room.topic}`}
        </p>
      </div>
      {room.joined ? (
        <Button aria-label={`Open ${room.name}`} onClick={() => onOpen(room.id)}>
          Open
        </Button>
      ) : (
        <Button look="primary" aria-label={`Join ${room.name}`} isBusy={isBusy} onClick={join}>
          Join
        </Button>
      )}
    </li>
  );
}
