import { useQuery } from "@tanstack/react-query";
import { listBlocked } from "@/api/accounts";
import type { User } from "@/api/wire";
import { unblock } from "@/realtime/actions";
import { useLive } from "@/realtime/live-store";
import { Avatar } from "@/ui/avatar";
import { Button } from "@/ui/button";
import { Spinner } from "@/ui/spinner";

export function BlockedPeople() {
  const blocked = useLive((live) => live.blocked);
  const people = useQuery({ queryKey: ["blocked", blocked], queryFn: listBlocked });
  if (people.isPending) return <Spinner />;
  if (people.isError) return <p className="text-sm text-danger">{people.error.message}</p>;
  if (people.data.results.length === 0)
    return (
      <p className="text-sm text-soft">
        You have blocked nobody. You can block a person in the menu next to their name.
      </p>
    );
  return (
    <ul className="divide-y divide-line">
      {people.data.results.map((user) => (
        <BlockedRow key={user.id} user={user} />
      ))}
    </ul>
  );
}

function BlockedRow({ user }: { readonly user: User }) {
  return (
    <li className="flex items-center gap-3 py-2.5">
      <Avatar name={user.display_name} color={user.avatar_color} image={user.avatar} size={32} />
      <div className="min-w-0 flex-1 leading-tight">
        <p className="truncate text-sm font-medium">{user.display_name}</p>
        <p className="truncate text-xs text-soft">@{user.username}</p>
      </div>
      <Button onClick={() => unblock(user.id)} aria-label={`Unblock ${user.display_name}`}>
        Unblock
      </Button>
    </li>
  );
}
