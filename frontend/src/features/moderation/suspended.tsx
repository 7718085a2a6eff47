import { useState } from "react";
import { ApiError } from "@/api/client";
import { appealFromOutside } from "@/api/moderation";
import type { Appeal } from "@/api/wire";
import { AppealForm } from "@/features/moderation/appeal-form";
import { exactTime } from "@/lib/time";
import { appealText } from "@/realtime/sanctions";

/** What the server tells a suspended person who has proved who they are. */
export type Suspension = {
  readonly until: string | null;
  readonly reason: string;
  readonly appeal: string;
  /** What one has said to it already; there is one appeal. Older servers do not tell. */
  readonly appealed?: Appeal | null;
};

export function Suspended({ told }: { readonly told: Suspension }) {
  const [appeal, setAppeal] = useState<Appeal | null>(told.appealed ?? null);
  const send = async (text: string) => {
    setAppeal((await appealFromOutside(told.appeal, text)).appeal);
  };
  return (
    <div role="alert" className="flex flex-col gap-3 rounded-lg bg-mention-wash p-3 text-sm">
      <p>
        Your account is suspended{" "}
        {told.until ? `until ${exactTime(told.until)}` : "until moderators decide otherwise"}:{" "}
        <q className="italic">{told.reason}</q>
      </p>
      {appeal ? <p>{appealText({ appeal })}</p> : <AppealForm onSend={send} />}
    </div>
  );
}

export function suspensionIn(error: unknown): Suspension | null {
  const data = error instanceof ApiError ? error.body.data : undefined;
  return typeof data?.appeal === "string" ? (data as unknown as Suspension) : null;
}
