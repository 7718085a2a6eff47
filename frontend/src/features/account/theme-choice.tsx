import { useState } from "react";
import { chooseTheme, chosenTheme, THEMES, type Theme } from "@/lib/theme";

const LABELS: Record<Theme, string> = { system: "Like the system", light: "Light", dark: "Dark" };

export function ThemeChoice() {
  const [theme, setTheme] = useState(chosenTheme);
  const choose = (next: Theme) => {
    setTheme(next);
    chooseTheme(next);
  };
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 text-sm font-medium">Theme</legend>
      {THEMES.map((name) => (
        <label key={name} className="flex min-h-10 items-center gap-3 rounded-lg px-2 hover:bg-hover">
          <input
            type="radio"
            name="theme"
            checked={name === theme}
            onChange={() => choose(name)}
            className="size-4 accent-(--accent)"
          />
          {LABELS[name]}
        </label>
      ))}
    </fieldset>
  );
}
