import { useQuery, useQueryClient } from "@tanstack/react-query";
import { endSession, listSessions } from "@/api/accounts";
import { signOut } from "@/api/session";
import type { SessionInfo } from "@/api/wire";
import { describeDevice } from "@/lib/device";
import { exactTime } from "@/lib/time";
import { attempt } from "@/realtime/actions";
import { Button } from "@/ui/button";
import { Spinner } from "@/ui/spinner";

export function Sessions() {
  const sessions = useQuery({ queryKey: ["sessions"], queryFn: listSessions });
  return (
    <div className="flex flex-col gap-3">
      {sessions.isPending && <Spinner />}
      {sessions.isError && <p className="text-sm text-danger">{sessions.error.message}</p>}
      <ul className="divide-y divide-line">
        {sessions.data?.results.map((session) => (
          <SessionRow key={session.id} session={session} />
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => attempt(() => signOut())}>Sign out</Button>
        <Button look="danger" onClick={() => attempt(() => signOut(true))}>
          Sign out everywhere
        </Button>
      </div>
    </div>
  );
}

function SessionRow({ session }: { readonly session: SessionInfo }) {
  const queries = useQueryClient();
  const end = async () => {
    await attempt(() => endSession(session.id));
    await queries.invalidateQueries({ queryKey: ["sessions"] });
  };
  return (
    <li className="flex items-center gap-3 py-2.5">
      <div className="min-w-0 flex-1">
        <p className="truncate text-sm font-medium">
          {describeDevice(session.device)}
          {session.current && (
            <span className="ml-2 rounded-full bg-accent-wash px-2 py-0.5 text-xs text-accent">this one</span>
          )}
        </p>
        <p className="truncate text-xs text-soft">
          {session.ip} · last used {exactTime(session.last_used_at)}
        </p>
      </div>
      {!session.current && <Button onClick={end}>End</Button>}
    </li>
  );
}
