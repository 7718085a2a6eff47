import { Devices } from "@/features/notifications/devices";
import { DigestChoice } from "@/features/notifications/digest-choice";
import { LevelChoices } from "@/features/notifications/level-choices";
import { QuietHours } from "@/features/notifications/quiet-hours";
import { ThisDevice } from "@/features/notifications/this-device";

/** Everything about being told: here, everywhere, when not, by letter, and whether it works. */
export function NotificationSettings() {
  return (
    <div className="flex flex-col gap-7">
      <ThisDevice />
      <LevelChoices />
      <QuietHours />
      <DigestChoice />
      <Devices />
    </div>
  );
}
