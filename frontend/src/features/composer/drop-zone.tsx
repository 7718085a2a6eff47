import { UploadCloud } from "lucide-react";
import { useEffect, useRef, useState } from "react";

type DropZoneProps = { readonly title: string; readonly onDrop: (files: readonly File[]) => void };

/** Files may be dropped anywhere in the window; an overlay says where they go. */
export function DropZone({ title, onDrop }: DropZoneProps) {
  const isOver = useDrop(onDrop);
  if (!isOver) return null;
  return (
    <div
      data-testid="drop-zone"
      className="pointer-events-none fixed inset-0 z-40 flex items-center justify-center bg-shade p-6"
    >
      <p className="flex items-center gap-3 rounded-2xl border-2 border-dashed border-accent bg-raised px-8 py-6 text-lg font-semibold shadow-lift">
        <UploadCloud size={26} aria-hidden className="text-accent" />
        Drop to send to {title}
      </p>
    </div>
  );
}

function useDrop(onDrop: DropZoneProps["onDrop"]): boolean {
  const [isOver, setOver] = useState(false);
  // Entering a child is told before leaving its parent.
  const depth = useRef(0);
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const move = (step: number) => (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth.current = Math.max(0, depth.current + step);
      setOver(depth.current > 0);
    };
    const allow = (event: DragEvent) => hasFiles(event) && event.preventDefault();
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      // Or the browser leaves the page to show the file.
      event.preventDefault();
      depth.current = 0;
      setOver(false);
      onDrop([...(event.dataTransfer?.files ?? [])]);
    };
    const [enter, leave] = [move(1), move(-1)];
    const listeners = { dragenter: enter, dragleave: leave, dragover: allow, drop } as const;
    for (const [name, listener] of Object.entries(listeners))
      window.addEventListener(name, listener as EventListener);
    return () => {
      for (const [name, listener] of Object.entries(listeners))
        window.removeEventListener(name, listener as EventListener);
    };
  }, [onDrop]);
  return isOver;
}
