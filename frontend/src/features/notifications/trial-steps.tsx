import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Check, Circle, LoaderCircle, X } from "lucide-react";
import { useEffect } from "react";
import { readTrial, startTrial, type Trial } from "@/api/notifications";
import type { Id } from "@/api/wire";

const ASK_EVERY_MS = 700;
/** A browser that has not shown it by then is asleep, or does not show notifications of this site. */
const PATIENCE_MS = 30_000;

type State = "done" | "now" | "failed" | "later";
export type Step = { readonly text: string; readonly state: State; readonly note?: string };

/** Sends one test and follows it hop by hop. */
export function TrialSteps({ deviceId }: { readonly deviceId: Id }) {
  const started = useQuery({
    queryKey: ["trial", deviceId],
    queryFn: () => startTrial(deviceId),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const id = started.data?.id;
  const trial = useQuery({
    queryKey: ["trial", deviceId, id],
    queryFn: () => readTrial(id ?? ""),
    enabled: id !== undefined,
    gcTime: 0,
    refetchInterval: ({ state }) => (isOver(state.data, Date.now()) ? false : ASK_EVERY_MS),
  });
  const hasAnswer = Boolean(trial.data?.answered_at);
  const queries = useQueryClient();
  useEffect(() => {
    // The device's own line says what its push service answered last.
    if (hasAnswer) void queries.invalidateQueries({ queryKey: ["devices"] });
  }, [hasAnswer, queries]);
  const problem = started.error ?? trial.error;
  if (problem) return <p className="text-sm text-danger">{problem.message}</p>;
  return (
    <ol aria-live="polite" aria-label="The way of the test notification" className="flex flex-col gap-1.5">
      {stepsOf(trial.data ?? started.data, Date.now()).map(({ text, state, note }) => (
        <li key={text} className="flex items-start gap-2 text-sm" data-state={state}>
          <StepIcon state={state} />
          <span className={state === "later" ? "text-soft" : undefined}>
            {text}
            <span className="sr-only">: {SPOKEN[state]}</span>
            {note && <span className="block text-xs text-soft">{note}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}

const SPOKEN: Readonly<Record<State, string>> = {
  done: "done",
  now: "waiting",
  failed: "failed",
  later: "not yet",
};

function StepIcon({ state }: { readonly state: State }) {
  const className = "mt-0.5 size-4 shrink-0";
  if (state === "done") return <Check aria-hidden className={`${className} text-online`} />;
  if (state === "failed") return <X aria-hidden className={`${className} text-danger`} />;
  if (state === "now") return <LoaderCircle aria-hidden className={`${className} animate-spin text-soft`} />;
  return <Circle aria-hidden className={`${className} text-line`} />;
}

export function isOver(trial: Trial | undefined, now: number): boolean {
  if (!trial) return false;
  return trial.shown_at !== null || trial.problem !== "" || isLate(trial, now);
}

function isLate(trial: Trial, now: number): boolean {
  return trial.enqueued_at !== null && now - Date.parse(trial.enqueued_at) > PATIENCE_MS;
}

export function stepsOf(trial: Trial | undefined, now: number): Step[] {
  const hops: readonly (readonly [string, boolean, string?])[] = [
    ["Put into the queue", Boolean(trial?.enqueued_at)],
    ["Picked up by a worker", Boolean(trial?.picked_up_at), "Does a server or a worker run that does jobs?"],
    ["Encrypted and sent to the push service", Boolean(trial?.sent_at)],
    [
      "Accepted by the push service",
      isAccepted(trial),
      "See the settings PUSH_ALLOWED_HOSTS and VAPID_SUBJECT.",
    ],
    [
      "Shown by the browser",
      Boolean(trial?.shown_at),
      "Is the device on and online, and does it let this site show notifications?",
    ],
  ];
  const reached = hops.filter(([, isDone]) => isDone).length;
  const isStuck = Boolean(trial && (trial.problem || isLate(trial, now)));
  return hops.map(([text, isDone, hint], index) => {
    if (isDone) return { text, state: "done" };
    if (index !== reached) return { text, state: "later" };
    return isStuck ? { text, state: "failed", note: trial?.problem || hint } : { text, state: "now" };
  });
}

function isAccepted(trial: Trial | undefined): boolean {
  return trial !== undefined && trial.status >= 200 && trial.status < 300;
}
