import { cx } from "@/lib/class-names";

export type Status = "online" | "idle" | "offline";
type AvatarProps = {
  readonly name: string;
  readonly color: string;
  readonly image?: string | null | undefined;
  readonly size?: number;
  readonly status?: Status;
};

const STATUS_LOOK: Record<Status, string> = {
  online: "bg-online",
  idle: "border-2 border-idle bg-canvas",
  offline: "border-2 border-soft bg-canvas",
};

/** Further out, so that it leaves the initials to be read. */
const SMALL_DOT = "-right-1 -bottom-1 scale-75";

export function Avatar({ name, color, image, size = 36, status }: AvatarProps) {
  return (
    <span className="relative inline-block shrink-0" style={{ width: size, height: size }}>
      {image && (
        <img
          src={image}
          alt=""
          width={size}
          height={size}
          draggable={false}
          className="absolute inset-0 z-[1] size-full rounded-[30%] object-cover"
          // Behind it stands what is shown without one.
          onError={(event) => event.currentTarget.remove()}
        />
      )}
      <span
        aria-hidden
        className="flex size-full items-center justify-center rounded-[30%] font-semibold select-none"
        style={{ backgroundColor: color, color: inkOn(color), fontSize: size * 0.42 }}
      >
        {initialsOf(name)}
      </span>
      {status && (
        <StatusDot
          status={status}
          className={cx(
            "absolute z-[2] ring-2 ring-canvas",
            size < 24 ? SMALL_DOT : "-right-0.5 -bottom-0.5",
          )}
        />
      )}
    </span>
  );
}

export function StatusDot({ status, className }: { readonly status: Status; readonly className?: string }) {
  return (
    <span
      role="img"
      aria-label={status}
      title={status}
      className={cx("size-2.5 rounded-full", STATUS_LOOK[status], className)}
    />
  );
}

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters
    .map((word) => [...(word ?? "")][0] ?? "")
    .join("")
    .toUpperCase();
}

/** Black or white, whichever reads better on the colour (relative luminance of WCAG). */
function inkOn(color: string): string {
  const channels = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255);
  const [red = 0, green = 0, blue = 0] = channels.map((value) =>
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? "#1d1b19" : "#ffffff";
}
