import { useCallback, useEffect, useRef } from "react";
import type { Id } from "@/api/wire";
import { tellTyping } from "@/realtime/actions";

const EVERY_MS = 3000;

export function useTypingNotice(roomId: Id, isAllowed: boolean) {
  const toldAt = useRef(0);
  const stop = useCallback(() => {
    if (toldAt.current) tellTyping(roomId, false);
    toldAt.current = 0;
  }, [roomId]);
  const notice = useCallback(
    (text: string) => {
      if (!isAllowed) return;
      if (!text.trim()) return stop();
      if (Date.now() - toldAt.current < EVERY_MS) return;
      toldAt.current = Date.now();
      tellTyping(roomId, true);
    },
    [roomId, isAllowed, stop],
  );
  useEffect(() => stop, [stop]);
  /** A sent message ends the typing by itself. */
  const forget = useCallback(() => {
    toldAt.current = 0;
  }, []);
  return { notice, stop, forget };
}
