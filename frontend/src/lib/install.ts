import { useSyncExternalStore } from "react";

type InstallPrompt = Event & { readonly prompt: () => Promise<unknown> };

let offered: InstallPrompt | null = null;
const listeners = new Set<() => void>();

function change(next: InstallPrompt | null): void {
  offered = next;
  for (const notify of listeners) notify();
}

/** The browser offers it once, early: it is kept for the moment somebody wants it. */
export function keepInstallOffer(): void {
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    change(event as InstallPrompt);
  });
  window.addEventListener("appinstalled", () => change(null));
}

/** Installs this site as an application when called; null where the browser does not offer it. */
export function useInstall(): (() => Promise<void>) | null {
  const prompt = useSyncExternalStore(subscribe, () => offered);
  if (!prompt) return null;
  return async () => {
    change(null);
    await prompt.prompt();
  };
}

function subscribe(notify: () => void): () => void {
  listeners.add(notify);
  return () => listeners.delete(notify);
}

export function isInstalled(): boolean {
  return window.matchMedia("(display-mode: standalone)").matches;
}
