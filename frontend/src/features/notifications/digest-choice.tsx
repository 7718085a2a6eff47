import { Part } from "@/features/notifications/parts";
import { attempt } from "@/realtime/actions";
import { useLive } from "@/realtime/live-store";
import { wish } from "@/realtime/wish-actions";
import { Select } from "@/ui/field";

const OPTIONS = [
  ["0", "Never"],
  ["1", "At most every hour"],
  ["4", "At most every 4 hours"],
  ["12", "At most every 12 hours"],
  ["24", "At most once a day"],
  ["168", "At most once a week"],
] as const;

export function DigestChoice() {
  const { preferences, email } = useLive((state) => state.wishes);
  const isPossible = email !== null || preferences.digest_hours > 0;
  return (
    <Part title="E-mail">
      <Select
        label="Write to me about what I missed"
        options={OPTIONS}
        value={String(preferences.digest_hours)}
        disabled={!isPossible}
        onChange={(event) => attempt(() => wish({ digest_hours: Number(event.target.value) }))}
      />
      <p className="text-xs text-soft">
        {email
          ? `To ${email}: unread mentions and direct messages older than half an hour, only while you are away.`
          : "This site sends no e-mail."}
      </p>
    </Part>
  );
}
