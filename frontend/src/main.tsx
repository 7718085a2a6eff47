import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "@/app";
import { readBoot } from "@/lib/boot";
import { applyTheme, chosenTheme } from "@/lib/theme";
import "@/styles.css";

applyTheme(chosenTheme());
const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App boot={readBoot()} />
    </StrictMode>,
  );
}
