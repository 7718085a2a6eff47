import { fullJitter } from "@/lib/backoff";

export type StopReason = "signed-out" | "suspended" | "too-many-devices" | "refused";
export type AfterClose =
  | { readonly kind: "retry"; readonly delay: number }
  | { readonly kind: "renew" }
  | { readonly kind: "stop"; readonly reason: StopReason };

/** The table of docs/protocol.md, section 3. */
export function afterClose(code: number, attempt: number, random: () => number = Math.random): AfterClose {
  switch (code) {
    case 1007:
    case 1009:
      return { kind: "retry", delay: 30_000 };
    case 1012:
      return { kind: "retry", delay: random() * 3000 };
    case 4400:
      return { kind: "stop", reason: "refused" };
    case 4401:
      return { kind: "renew" };
    case 4403:
      return { kind: "stop", reason: "suspended" };
    case 4408:
      return { kind: "retry", delay: 1000 + random() * 4000 };
    case 4409:
      return { kind: "stop", reason: "too-many-devices" };
    case 4429:
      return { kind: "retry", delay: 5000 };
    default:
      return { kind: "retry", delay: fullJitter(attempt, random) };
  }
}
