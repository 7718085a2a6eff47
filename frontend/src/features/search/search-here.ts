import { openSearch } from "@/features/search/search-store";
import { useLive, useMyId } from "@/realtime/live-store";
import { othersIn } from "@/realtime/naming";
import type { RoomState } from "@/realtime/room-state";

/** Opens the search for this room alone. */
export function useSearchHere({ room }: RoomState): () => void {
  const me = useMyId();
  const others = othersIn(room, me);
  const peer = useLive((live) => (others.length === 1 ? live.users[others[0] ?? ""]?.username : undefined));
  return () => openSearch(placeOf(room.name, peer));
}

function placeOf(name: string, peer: string | undefined): string {
  if (peer) return `in:@${peer} `;
  if (name === "") return "";
  return /\s/.test(name) ? `in:"${name}" ` : `in:${name} `;
}
