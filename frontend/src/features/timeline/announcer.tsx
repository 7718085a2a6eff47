import { useEffect, useRef, useState } from "react";
import { useIsBlocked, useLive, useMyId } from "@/realtime/live-store";
import { nameOf } from "@/realtime/naming";
import type { RoomState } from "@/realtime/room-state";
import { said } from "@/realtime/said";
import { reachesPresent, shownMessages } from "@/realtime/timeline";

const SPOKEN = 200;

/** Reads new messages out. The list itself stays quiet: scrolling a virtual list would read old ones again. */
export function Announcer({ state }: { readonly state: RoomState }) {
  const me = useMyId();
  const last = reachesPresent(state.timeline) ? shownMessages(state.timeline).at(-1) : undefined;
  const name = useLive((live) => nameOf(live.users, last?.author_id ?? ""));
  const isBlocked = useIsBlocked(last?.author_id ?? "");
  const heard = useRef(last?.seq ?? 0);
  const [text, setText] = useState("");
  useEffect(() => {
    if (!last || last.seq <= heard.current) return;
    const isFirst = heard.current === 0;
    heard.current = last.seq;
    if (!isFirst && !isBlocked && last.author_id !== me) setText(`${name}: ${said(last, SPOKEN)}`);
  }, [last, name, me, isBlocked]);
  return (
    <div aria-live="polite" className="sr-only">
      {text}
    </div>
  );
}
