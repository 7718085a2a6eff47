const BASE_MS = 500;
const CAP_MS = 30_000;

/** Full jitter: a thousand clients that lost the server together do not come back together. */
export function fullJitter(attempt: number, random: () => number = Math.random): number {
  return random() * Math.min(CAP_MS, BASE_MS * 2 ** attempt);
}
