import { authorized } from "@/api/session";
import type { DataExport, Id, List, Me, SessionInfo, User } from "@/api/wire";

export type Profile = Partial<Pick<Me, "display_name" | "avatar_color" | "status_text">>;

export function saveProfile(profile: Profile): Promise<Me> {
  return authorized("PATCH", "/me", profile);
}

export function changePassword(current: string, next: string): Promise<void> {
  return authorized("POST", "/auth/password", { current_password: current, new_password: next });
}

export function listSessions(): Promise<List<SessionInfo>> {
  return authorized("GET", "/auth/sessions");
}

export function endSession(id: Id): Promise<void> {
  return authorized("DELETE", `/auth/sessions/${id}`);
}

export function findPeople(query: string): Promise<List<User>> {
  return authorized("GET", `/users?q=${encodeURIComponent(query)}`);
}

export function listBlocked(): Promise<{ readonly results: readonly User[] }> {
  return authorized("GET", "/me/blocks");
}

export function block(id: Id, isOn: boolean): Promise<void> {
  return authorized(isOn ? "PUT" : "DELETE", `/me/blocks/${id}`);
}

export function readExport(): Promise<DataExport> {
  return authorized("GET", "/me/export");
}

export function askExport(): Promise<DataExport> {
  return authorized("POST", "/me/export");
}

export type Fate = "keep" | "anonymise" | "delete";

export function deleteAccount(password: string, messages: Fate): Promise<void> {
  return authorized("DELETE", "/me/account", { password, messages });
}

export function socketTicket(): Promise<{ readonly ticket: string }> {
  return authorized("POST", "/socket/ticket");
}
