import { X } from "lucide-react";
import { useMemo, useState } from "react";
import { openDirect } from "@/api/rooms";
import type { Id, User } from "@/api/wire";
import { PeopleSearch } from "@/features/rooms/people-search";
import { navigate, roomPath } from "@/lib/router";
import { adoptRoom, attempt } from "@/realtime/actions";
import { putUsers } from "@/realtime/live-state";
import { changeLive, useMyId } from "@/realtime/live-store";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";

const MOST_OTHERS = 9;

export function DirectDialog({ onClose }: { readonly onClose: () => void }) {
  const me = useMyId();
  const [chosen, setChosen] = useState<readonly User[]>([]);
  const [isBusy, setBusy] = useState(false);
  const hidden = useMemo(() => new Set([me, ...chosen.map(({ id }) => id)]), [me, chosen]);
  const open = async (userIds: readonly Id[]) => {
    setBusy(true);
    const entry = await attempt(() => openDirect(userIds));
    setBusy(false);
    if (!entry) return;
    changeLive((state) => putUsers(state, chosen));
    adoptRoom(entry);
    onClose();
    navigate(roomPath(entry.room.id));
  };
  const pick = (user: User) => setChosen((users) => [...users, user].slice(0, MOST_OTHERS));

  return (
    <Dialog
      title="New direct message"
      description={`With one person, or a group of up to ${MOST_OTHERS}.`}
      onClose={onClose}
    >
      {chosen.length > 0 && (
        <ul aria-label="Chosen" className="mb-2 flex flex-wrap gap-1.5">
          {chosen.map((user) => (
            <li key={user.id}>
              <button
                type="button"
                aria-label={`Remove ${user.display_name}`}
                onClick={() => setChosen((users) => users.filter(({ id }) => id !== user.id))}
                className="flex min-h-7 items-center gap-1 rounded-full bg-accent-wash px-2.5 text-sm touch:min-h-10"
              >
                {user.display_name}
                <X size={14} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      <PeopleSearch hidden={hidden} onPick={pick} />
      <div className="mt-4 flex justify-between gap-2">
        <Button disabled={isBusy} onClick={() => open([me])}>
          Notes to self
        </Button>
        <Button
          look="primary"
          disabled={chosen.length === 0}
          isBusy={isBusy}
          onClick={() => open(chosen.map(({ id }) => id))}
        >
          Open
        </Button>
      </div>
    </Dialog>
  );
}
