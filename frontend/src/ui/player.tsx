import { useRef } from "react";
import type { FileInfo } from "@/api/wire";

/** Film or sound in place. */
export function Player({ file }: { readonly file: FileInfo }) {
  const media = useRef<HTMLMediaElement>(null);
  const failures = useRef(0);
  // The store's address is good for a minute: whoever goes on after a pause needs a new one.
  const renew = () => {
    const element = media.current;
    if (!element || element.currentTime === 0 || failures.current++ > 3) return;
    const { currentTime, paused } = element;
    element.addEventListener(
      "loadedmetadata",
      () => {
        element.currentTime = currentTime;
        if (!paused) void element.play().catch(() => undefined);
      },
      { once: true },
    );
    element.load();
  };
  const shared = { src: file.url, controls: true, preload: "metadata", onError: renew } as const;
  if (file.type.startsWith("audio/")) {
    return (
      <audio
        ref={media as React.Ref<HTMLAudioElement>}
        {...shared}
        aria-label={file.name}
        className="h-11 w-full max-w-sm"
      />
    );
  }
  return (
    <video
      ref={media as React.Ref<HTMLVideoElement>}
      {...shared}
      aria-label={file.name}
      playsInline
      className="aspect-video w-full max-w-md rounded-xl bg-black"
    />
  );
}

export function isPlayed({ type }: FileInfo): boolean {
  return PLAYED.has(type);
}

const PLAYED = new Set([
  "audio/aac",
  "audio/flac",
  "audio/mp4",
  "audio/mpeg",
  "audio/ogg",
  "audio/wav",
  "audio/webm",
  "video/mp4",
  "video/ogg",
  "video/quicktime",
  "video/webm",
]);
