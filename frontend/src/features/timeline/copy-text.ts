import { toast } from "@/ui/toast";

export function copyText(text: string): void {
  // Plain http has no clipboard.
  const copying = navigator.clipboard?.writeText(text) ?? Promise.reject();
  copying.then(
    () => toast("Copied."),
    () => toast("The text could not be copied."),
  );
}
