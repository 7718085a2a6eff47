/** The day as a date field has it: "2026-11-24", where the person is. */
export function isoDay(moment: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

/** When that day begins where the person is; null for what is no day. */
export function midnight(day: string): Date | null {
  const [year, month, date] = day.split("-").map(Number);
  if (!year || !month || !date) return null;
  const moment = new Date(year, month - 1, date);
  return isoDay(moment) === day ? moment : null;
}
