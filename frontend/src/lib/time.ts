const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "long" });
const monthDay = new Intl.DateTimeFormat(undefined, { month: "long", day: "numeric" });
const fullDay = new Intl.DateTimeFormat(undefined, { year: "numeric", month: "long", day: "numeric" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

export function clockTime(iso: string): string {
  return clock.format(new Date(iso));
}

/** For the narrow gutter: "9:54", without the part of the day. */
export function shortTime(iso: string): string {
  const parts = clock.formatToParts(new Date(iso)).filter(({ type }) => type !== "dayPeriod");
  return parts
    .map(({ value }) => value)
    .join("")
    .trim();
}

export function exactTime(iso: string): string {
  return exact.format(new Date(iso));
}

export function isSameDay(left: string, right: string): boolean {
  return new Date(left).toDateString() === new Date(right).toDateString();
}

export function dayLabel(iso: string, now: Date = new Date()): string {
  const day = new Date(iso);
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  if (day.getTime() >= midnight) return "Today";
  if (day.getTime() >= midnight - DAY_MS) return "Yesterday";
  if (day.getTime() >= midnight - 6 * DAY_MS) return weekday.format(day);
  return day.getFullYear() === now.getFullYear() ? monthDay.format(day) : fullDay.format(day);
}

export function minutesBetween(earlier: string, later: string): number {
  return (Date.parse(later) - Date.parse(earlier)) / MINUTE_MS;
}

/** "45 s", "12 min", "3 h", "2 d": rounded up, so a countdown never says it is over too early. */
export function countdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 90 * 60) return `${Math.ceil(seconds / 60)} min`;
  if (seconds < 36 * 3600) return `${Math.ceil(seconds / 3600)} h`;
  return `${Math.ceil(seconds / 86_400)} d`;
}
