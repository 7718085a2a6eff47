import { Timer } from "lucide-react";
import { countdown } from "@/lib/time";

type SlowNoteProps = { readonly seconds: number; readonly wait: number };

export function SlowNote({ seconds, wait }: SlowNoteProps) {
  return (
    <p data-testid="slow-note" className="flex items-center gap-1.5 px-3 pt-1 text-xs text-soft tabular-nums">
      <Timer size={13} aria-hidden />
      {wait > 0
        ? `Slow mode: you can write again in ${countdown(wait)}.`
        : `Slow mode: one message every ${countdown(seconds * 1000)}.`}
    </p>
  );
}
