import { useQueryClient } from "@tanstack/react-query";
import { BellRing, Download } from "lucide-react";
import { useState } from "react";
import { Part, SwitchRow } from "@/features/notifications/parts";
import { beep, hasSound, setSound } from "@/lib/beep";
import { isInstalled, useInstall } from "@/lib/install";
import { DENIED, permission, support, turnOff, turnOn, wantsNotifications } from "@/realtime/push";
import { Button } from "@/ui/button";
import { Problem } from "@/ui/problem";

const ONLY_OPEN =
  "This browser takes no pushes, so you are told only while ChatFlow is open in a window. In private windows and some browsers pushes are switched off.";

export function ThisDevice() {
  const [isOn, setOn] = useState(wantsNotifications);
  const [problem, setProblem] = useState<string | null>(permission() === "denied" ? DENIED : null);
  const [isBusy, setBusy] = useState(false);
  const queries = useQueryClient();
  const change = async (next: boolean) => {
    setBusy(true);
    setProblem(await changed(next));
    setOn(wantsNotifications());
    setBusy(false);
    await queries.invalidateQueries({ queryKey: ["devices"] });
  };
  return (
    <Part title="This device">
      {support() === "none" ? (
        <p className="text-sm text-soft">{unsupported()}</p>
      ) : (
        <SwitchRow
          label="Notifications on this device"
          hint="Also when ChatFlow is closed. While you use it somewhere, other devices stay silent."
          isOn={isOn}
          isDisabled={isBusy}
          onChange={change}
        />
      )}
      {problem === ONLY_OPEN ? (
        <p role="status" className="rounded-lg bg-accent-wash px-3 py-2 text-sm">
          {problem}
        </p>
      ) : (
        <Problem text={problem} />
      )}
      <SoundSwitch />
      <Install />
    </Part>
  );
}

/** Returns what stands in the way, null when nothing does. */
async function changed(isOn: boolean): Promise<string | null> {
  try {
    if (!isOn) await turnOff();
    else if ((await turnOn()) === null) return ONLY_OPEN;
    return null;
  } catch (error) {
    if (permission() === "granted" && error instanceof DOMException) return ONLY_OPEN;
    return error instanceof Error ? error.message : ONLY_OPEN;
  }
}

function unsupported(): string {
  const isApple = /iPhone|iPad/.test(navigator.userAgent);
  return isApple && !isInstalled()
    ? "On iPhone and iPad, first add ChatFlow to the Home Screen (Share, then Add to Home Screen) and open it from there."
    : "This browser has no notifications, or the page is not open by https.";
}

function SoundSwitch() {
  const [isOn, setOn] = useState(hasSound);
  const change = (next: boolean) => {
    setSound(next);
    setOn(next);
    if (next) beep();
  };
  return (
    <SwitchRow
      label="Play a sound"
      hint="While ChatFlow is open here and you look at something else."
      isOn={isOn}
      onChange={change}
    />
  );
}

function Install() {
  const install = useInstall();
  if (!install) return null;
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Button onClick={install}>
        <Download size={16} aria-hidden /> Install as an app
      </Button>
      <span className="text-xs text-soft">
        <BellRing size={12} aria-hidden className="mr-1 inline" />
        With a window and a badge of its own
      </span>
    </div>
  );
}
