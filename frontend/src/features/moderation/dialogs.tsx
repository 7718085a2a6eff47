import { lazy, Suspense } from "react";
import { ask, useAsked } from "@/realtime/asked";

const ReportDialog = lazy(() =>
  import("@/features/moderation/report-dialog").then((m) => ({ default: m.ReportDialog })),
);
const DecisionDialog = lazy(() =>
  import("@/features/moderation/decision-dialog").then((m) => ({ default: m.DecisionDialog })),
);
const AppealDialog = lazy(() =>
  import("@/features/moderation/appeal-dialog").then((m) => ({ default: m.AppealDialog })),
);

export function ModerationDialogs() {
  const asked = useAsked((state) => state.asked);
  const close = () => ask(null);
  return (
    <Suspense fallback={null}>
      {asked?.kind === "report" && <ReportDialog asked={asked} onClose={close} />}
      {asked?.kind === "decide" && <DecisionDialog asked={asked} onClose={close} />}
      {asked?.kind === "appeal" && <AppealDialog sanction={asked.sanction} onClose={close} />}
    </Suspense>
  );
}
