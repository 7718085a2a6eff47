import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { askExport, readExport } from "@/api/accounts";
import type { DataExport } from "@/api/wire";
import { exactTime } from "@/lib/time";
import { attempt } from "@/realtime/actions";
import { useLive } from "@/realtime/live-store";
import { Button } from "@/ui/button";
import { Spinner } from "@/ui/spinner";

const MEGABYTE = 1024 * 1024;

export function DataCopy() {
  const queries = useQueryClient();
  const told = useLive((live) => live.dataExport);
  const copy = useQuery({ queryKey: ["export"], queryFn: readExport });
  // The news says how far it is; the link is only in the answer.
  useEffect(() => {
    if (told) void queries.invalidateQueries({ queryKey: ["export"] });
  }, [told, queries]);
  const ask = async () => {
    await attempt(askExport);
    await queries.invalidateQueries({ queryKey: ["export"] });
  };
  if (copy.isPending) return <Spinner />;
  if (copy.isError) return <p className="text-sm text-danger">{copy.error.message}</p>;
  return (
    <>
      <p className="text-sm text-soft">
        Your profile, rooms, messages and files as a ZIP file. It takes a while and is kept for seven days.
      </p>
      {copy.data.state === "running" && <Progress share={copy.data.progress} />}
      {copy.data.state === "ready" && <Ready copy={copy.data} />}
      {copy.data.state !== "running" && <Button onClick={ask}>Ask for a copy</Button>}
    </>
  );
}

function Progress({ share }: { readonly share: number }) {
  return (
    <label className="flex w-full flex-col gap-1 text-sm">
      Copying…
      <progress className="h-2 w-full accent-accent" max={1} value={share} />
    </label>
  );
}

function Ready({ copy }: { readonly copy: DataExport }) {
  const size = Math.max(0.1, copy.size / MEGABYTE).toFixed(1);
  return (
    <p role="status" className="text-sm">
      <a
        href={copy.url ?? ""}
        className="font-medium text-accent underline underline-offset-2 touch:inline-block touch:min-h-10"
      >
        Download ({size} MB)
      </a>
      {copy.expires_at && <span className="text-soft"> until {exactTime(copy.expires_at)}</span>}
    </p>
  );
}
