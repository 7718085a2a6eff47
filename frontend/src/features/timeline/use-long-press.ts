import { type PointerEvent, type SyntheticEvent, useRef } from "react";

const HOLD_MS = 450;
const WOBBLE_PX = 10;

type Hold = { readonly x: number; readonly y: number; hasOpened: boolean };

/** Touch has no hover: holding a message opens its menu. */
export function useLongPress(onHold: () => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const finger = useRef<Hold>(null);
  const cancel = () => clearTimeout(timer.current);
  const lift = () => {
    cancel();
    finger.current = null;
  };
  const holding = {
    onPointerDown: ({ pointerType, clientX: x, clientY: y }: PointerEvent) => {
      if (pointerType !== "touch") return;
      const hold: Hold = { x, y, hasOpened: false };
      finger.current = hold;
      timer.current = setTimeout(() => {
        hold.hasOpened = true;
        onHold();
      }, HOLD_MS);
    },
    onPointerMove: (event: PointerEvent) => {
      const { x, y } = finger.current ?? { x: event.clientX, y: event.clientY };
      if (Math.hypot(event.clientX - x, event.clientY - y) > WOBBLE_PX) cancel();
    },
    onPointerCancel: lift,
    // The browser's own menu would come on top.
    onContextMenu: (event: SyntheticEvent) => finger.current && event.preventDefault(),
    onTouchEnd: (event: SyntheticEvent) => {
      // Lifting the finger is not a tap as well, which would take the focus from the menu.
      if (finger.current?.hasOpened) event.preventDefault();
      lift();
    },
  };
  return { holding, isHolding: () => finger.current?.hasOpened === true };
}
