import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { knownUserId, onSessionEnd } from "@/api/session";
import { forgetDrafts } from "@/features/composer/drafts";
import type { Boot } from "@/lib/boot";
import { navigate } from "@/lib/router";
import { live } from "@/realtime/live";
import { turnOff } from "@/realtime/push";
import { ChatPage } from "@/routes/chat-page";
import { CrashBoundary } from "@/routes/crash";
import { EntryPage } from "@/routes/entry-page";
import { Toaster } from "@/ui/toaster";

const queries = new QueryClient({ defaultOptions: { queries: { retry: 1, staleTime: 10_000 } } });

export function App({ boot }: { readonly boot: Boot }) {
  const [isSignedIn, setSignedIn] = useState(() => !boot.setup_needed && knownUserId() !== null);
  useEffect(
    () =>
      onSessionEnd((how) => {
        setSignedIn(false);
        queries.clear();
        if (how === "signed-out") forgetDrafts();
        // The server ends this device's pushes with the session; after a session that ended they begin with the next.
        if (how === "signed-out") turnOff().catch(() => undefined);
        // A session that was ended from elsewhere loses nothing that was written and not yet sent.
        void live.stop({ keepOutbox: how === "ended" });
        if (how === "signed-out") navigate("/");
      }),
    [],
  );
  useEffect(() => {
    if (isSignedIn) void live.start();
  }, [isSignedIn]);

  return (
    <CrashBoundary>
      <QueryClientProvider client={queries}>
        {isSignedIn ? (
          <ChatPage siteName={boot.site_name} />
        ) : (
          <EntryPage boot={boot} onDone={() => setSignedIn(true)} />
        )}
        <Toaster />
      </QueryClientProvider>
    </CrashBoundary>
  );
}
