import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "@/app";
import { readBoot } from "@/lib/boot";
import { keepInstallOffer } from "@/lib/install";
import { registerWorker } from "@/lib/service-worker";
import { applyTheme, chosenTheme } from "@/lib/theme";
import "@/styles.css";

applyTheme(chosenTheme());
keepInstallOffer();
registerWorker();
const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App boot={readBoot()} />
    </StrictMode>,
  );
}
