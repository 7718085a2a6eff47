import { authorized } from "@/api/session";
import type { Id, List } from "@/api/wire";

/** docs/protocol.md, section 5. */
export const LEVELS = ["all", "mentions", "nothing"] as const;
export type Level = (typeof LEVELS)[number];

export type Quiet = { readonly start: number; readonly end: number; readonly zone: string };

export interface Preferences {
  readonly direct_level: Level;
  readonly room_level: Level;
  readonly quiet: Quiet | null;
  readonly show_text: boolean;
  readonly digest_hours: number;
}

export interface RoomPreference {
  readonly room_id: Id;
  readonly level: Level | null;
  readonly muted_until: string | null;
}

export interface Notifications {
  readonly preferences: Preferences;
  readonly rooms: readonly RoomPreference[];
  readonly vapid_public_key: string;
  /** Where letters go, null where this site sends none. */
  readonly email: string | null;
}

export interface Device {
  readonly id: Id;
  readonly label: string;
  readonly service: string;
  readonly enabled: boolean;
  readonly level: "all" | "mentions";
  readonly created_at: string;
  readonly answered_at: string | null;
  readonly status: number;
  readonly current: boolean;
}

export interface Trial {
  readonly id: Id;
  readonly enqueued_at: string | null;
  readonly picked_up_at: string | null;
  readonly sent_at: string | null;
  readonly answered_at: string | null;
  readonly status: number;
  readonly problem: string;
  readonly shown_at: string | null;
}

export const FOREVER = "9999-12-31T00:00:00.000Z";

export function readNotifications(): Promise<Notifications> {
  return authorized("GET", "/notifications");
}

export function savePreferences(changes: Partial<Preferences>): Promise<Preferences> {
  return authorized("PATCH", "/notifications", changes);
}

export function saveRoomPreference({ room_id, level, muted_until }: RoomPreference): Promise<RoomPreference> {
  return authorized("PUT", `/rooms/${room_id}/notifications`, { level, muted_until });
}

export function listDevices(): Promise<List<Device>> {
  return authorized("GET", "/notifications/devices");
}

export function addDevice(subscription: PushSubscriptionJSON, label: string): Promise<Device> {
  const { endpoint, keys } = subscription;
  return authorized("POST", "/notifications/devices", {
    endpoint,
    keys: { p256dh: keys?.p256dh, auth: keys?.auth },
    label,
  });
}

export function changeDevice(
  id: Id,
  changes: Partial<Pick<Device, "label" | "enabled" | "level">>,
): Promise<Device> {
  return authorized("PATCH", `/notifications/devices/${id}`, changes);
}

export function removeDevice(id: Id): Promise<void> {
  return authorized("DELETE", `/notifications/devices/${id}`);
}

export function startTrial(deviceId: Id): Promise<Trial> {
  return authorized("POST", `/notifications/devices/${deviceId}/tests`);
}

export function readTrial(id: Id): Promise<Trial> {
  return authorized("GET", `/notifications/tests/${id}`);
}
