export type Boot = {
  readonly setup_needed: boolean;
  readonly site_name: string;
  readonly registration_open: boolean;
  readonly version: string;
};

const DEFAULTS: Boot = { setup_needed: false, site_name: "ChatFlow", registration_open: true, version: "" };

/** What the server wrote into the page. */
export function readBoot(): Boot {
  const text = document.getElementById("boot")?.textContent;
  return text ? { ...DEFAULTS, ...(JSON.parse(text) as Partial<Boot>) } : DEFAULTS;
}
