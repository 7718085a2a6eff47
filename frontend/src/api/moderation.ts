import { call } from "@/api/client";
import { authorized } from "@/api/session";
import type { Id, Message, OwnSanction, SanctionKind } from "@/api/wire";

export type ReportReason = "spam" | "abuse" | "illegal" | "self_harm" | "other";
export type Report = {
  readonly reason: ReportReason;
  readonly note: string;
  readonly message_id?: Id;
  readonly user_id?: Id;
  readonly room_id?: Id;
};
export type Decision = {
  readonly user_id: Id;
  readonly kind: SanctionKind;
  readonly reason: string;
  readonly room_id?: Id;
  readonly minutes?: number;
  readonly hide_days?: number;
};

export function report(what: Report): Promise<void> {
  return authorized("POST", "/reports", what);
}

export function decide(decision: Decision): Promise<void> {
  return authorized("POST", "/sanctions", decision);
}

export function restoreMessage(messageId: Id): Promise<Message> {
  return authorized("DELETE", `/messages/${messageId}/tombstone`);
}

export async function ownSanctions(): Promise<readonly OwnSanction[]> {
  return (await authorized<{ results: readonly OwnSanction[] }>("GET", "/me/sanctions")).results;
}

export function markSeen(sanctionId: Id): Promise<OwnSanction> {
  return authorized("PUT", `/me/sanctions/${sanctionId}/seen`);
}

export function appeal(sanctionId: Id, text: string): Promise<OwnSanction> {
  return authorized("PUT", `/me/sanctions/${sanctionId}/appeal`, { text });
}

/** From somebody who cannot sign in; the token came with the refusal. */
export function appealFromOutside(token: string, text: string): Promise<OwnSanction> {
  return call("POST", "/appeals", { body: { token, text } });
}
