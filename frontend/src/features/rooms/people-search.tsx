import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { findPeople } from "@/api/accounts";
import type { Id, User } from "@/api/wire";
import { useDebounced } from "@/lib/use-debounced";
import { Avatar } from "@/ui/avatar";
import { Field } from "@/ui/field";
import { Spinner } from "@/ui/spinner";

type PeopleSearchProps = {
  readonly hidden: ReadonlySet<Id>;
  readonly onPick: (user: User) => void;
};

export function PeopleSearch({ hidden, onPick }: PeopleSearchProps) {
  const [query, setQuery] = useState("");
  const wanted = useDebounced(query);
  const people = useQuery({ queryKey: ["people", wanted], queryFn: () => findPeople(wanted) });
  const found = people.data?.results.filter((user) => !hidden.has(user.id)) ?? [];
  return (
    <>
      <Field
        label="Search people"
        type="search"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        autoFocus
      />
      <ul className="mt-2 flex max-h-72 min-h-32 flex-col overflow-y-auto">
        {found.map((user) => (
          <li key={user.id}>
            <button
              type="button"
              onClick={() => onPick(user)}
              className="flex w-full items-center gap-3 rounded-lg px-2 py-1.5 text-left hover:bg-hover touch:min-h-11"
            >
              <Avatar name={user.display_name} color={user.avatar_color} image={user.avatar} size={30} />
              <span className="min-w-0 flex-1 truncate">
                {user.display_name} <span className="text-sm text-soft">@{user.username}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {people.isPending && <Spinner />}
      {people.isError && <p className="text-sm text-danger">{people.error.message}</p>}
      {people.isSuccess && found.length === 0 && (
        <p className="text-sm text-soft">Nobody else is called that.</p>
      )}
    </>
  );
}
