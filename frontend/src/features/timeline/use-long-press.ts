import { type PointerEvent, useRef } from "react";

const HOLD_MS = 450;
const WOBBLE_PX = 10;

/** Touch has no hover: holding a message opens its menu. */
export function useLongPress(onHold: () => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const origin = useRef({ x: 0, y: 0 });
  const cancel = () => clearTimeout(timer.current);
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.pointerType !== "touch") return;
      origin.current = { x: event.clientX, y: event.clientY };
      timer.current = setTimeout(onHold, HOLD_MS);
    },
    onPointerMove: (event: PointerEvent) => {
      const distance = Math.hypot(event.clientX - origin.current.x, event.clientY - origin.current.y);
      if (distance > WOBBLE_PX) cancel();
    },
    onPointerUp: cancel,
    onPointerCancel: cancel,
  };
}
