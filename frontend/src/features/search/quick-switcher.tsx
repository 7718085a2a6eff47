import { useQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from "react";
import { findPeople } from "@/api/accounts";
import { openDirect } from "@/api/rooms";
import type { User } from "@/api/wire";
import { type Destination, destinations } from "@/features/search/destinations";
import { openSearch } from "@/features/search/search-store";
import { cx } from "@/lib/class-names";
import { navigate, roomPath } from "@/lib/router";
import { useDebounced } from "@/lib/use-debounced";
import { adoptRoom, attempt } from "@/realtime/actions";
import { putUsers } from "@/realtime/live-state";
import { changeLive, useLive, useMyId } from "@/realtime/live-store";
import type { RoomState } from "@/realtime/room-state";
import { Avatar } from "@/ui/avatar";
import { Dialog } from "@/ui/dialog";

type RenderIcon = (state: RoomState) => ReactNode;
type QuickSwitcherProps = { readonly renderIcon: RenderIcon; readonly onClose: () => void };

export function QuickSwitcher({ renderIcon, onClose }: QuickSwitcherProps) {
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const options = useOptions(query, renderIcon, onClose);
  const current = Math.min(at, options.length - 1);
  const choose = (index: number) => options[index]?.choose();
  const act = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((current + step + options.length) % options.length);
    else if (event.key === "Enter" && !event.nativeEvent.isComposing) choose(current);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title="Go to" onClose={onClose}>
      <input
        autoFocus
        type="text"
        role="combobox"
        aria-label="Room or person"
        aria-expanded
        aria-controls={id}
        aria-activedescendant={current >= 0 ? `${id}-${current}` : undefined}
        placeholder="Room or person"
        autoComplete="off"
        spellCheck={false}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={act}
        className="h-10 w-full rounded-lg border border-line bg-canvas px-3 placeholder:text-soft focus-visible:border-accent touch:h-11 touch:text-base"
      />
      <div
        id={id}
        role="listbox"
        aria-label="Rooms and people"
        className="mt-2 flex max-h-96 min-h-48 flex-col overflow-y-auto"
      >
        {options.map((option, index) => (
          <Option
            key={option.key}
            id={`${id}-${index}`}
            isCurrent={index === current}
            onChoose={() => choose(index)}
            onPoint={() => setAt(index)}
          >
            {option.shown}
          </Option>
        ))}
      </div>
    </Dialog>
  );
}

type Choice = { readonly key: string; readonly shown: ReactNode; readonly choose: () => void };

function useOptions(query: string, renderIcon: RenderIcon, onClose: () => void): Choice[] {
  const wanted = useDebounced(query.trim());
  const me = useMyId();
  const rooms = useLive((live) => live.rooms);
  const users = useLive((live) => live.users);
  const found = useQuery({
    queryKey: ["people", wanted],
    queryFn: () => findPeople(wanted),
    enabled: wanted !== "",
  });
  return useMemo(() => {
    const strangers = wanted === "" ? [] : (found.data?.results ?? []);
    const people = [
      ...new Map([...Object.values(users), ...strangers].map((user) => [user.id, user])).values(),
    ];
    const places = destinations(query, { rooms: Object.values(rooms), users, people, me });
    const options: Choice[] = places.map((place) => ({
      key: place.key,
      shown: <Place place={place} renderIcon={renderIcon} />,
      choose: () => go(place, onClose),
    }));
    const text = query.trim();
    if (text !== "")
      options.push({ key: "search", shown: <SearchFor text={text} />, choose: () => openSearch(text) });
    return options;
  }, [query, wanted, found.data, rooms, users, me, renderIcon, onClose]);
}

function go(place: Destination, onClose: () => void): void {
  onClose();
  if (place.kind === "room") navigate(roomPath(place.state.room.id));
  else void talkTo(place.user);
}

async function talkTo(user: User): Promise<void> {
  const entry = await attempt(() => openDirect([user.id]));
  if (!entry) return;
  changeLive((state) => putUsers(state, [user]));
  adoptRoom(entry);
  navigate(roomPath(entry.room.id));
}

function Place({ place, renderIcon }: { readonly place: Destination; readonly renderIcon: RenderIcon }) {
  const isUnread = place.kind === "room" && place.state.membership.unread > 0;
  return (
    <>
      {place.kind === "room" ? (
        renderIcon(place.state)
      ) : (
        <Avatar name={place.title} color={place.user.avatar_color} image={place.user.avatar} size={20} />
      )}
      <span className={cx("min-w-0 flex-1 truncate", isUnread && "font-semibold")}>{place.title}</span>
      {place.kind === "person" && <span className="text-sm text-soft">@{place.user.username}</span>}
      {isUnread && <span className="text-xs text-accent">unread</span>}
    </>
  );
}

function SearchFor({ text }: { readonly text: string }) {
  return (
    <>
      <Search size={16} aria-hidden className="mx-0.5 shrink-0" />
      <span className="min-w-0 flex-1 truncate">Search messages for “{text}”</span>
    </>
  );
}

type OptionProps = {
  readonly id: string;
  readonly isCurrent: boolean;
  readonly onChoose: () => void;
  readonly onPoint: () => void;
  readonly children: ReactNode;
};

function Option({ id, isCurrent, onChoose, onPoint, children }: OptionProps) {
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isCurrent) row.current?.scrollIntoView({ block: "nearest" });
  }, [isCurrent]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field above takes the keys
    <div
      ref={row}
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isCurrent}
      onClick={onChoose}
      onPointerMove={onPoint}
      className={cx(
        "flex min-h-9 shrink-0 cursor-pointer items-center gap-2.5 rounded-lg px-2 touch:min-h-11",
        isCurrent && "bg-active",
      )}
    >
      {children}
    </div>
  );
}
