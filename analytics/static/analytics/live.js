// Renews the tiles of this moment while the page is seen.
"use strict";

const EVERY_MS = 5000;
const tiles = document.querySelector("[data-live]");
const stale = document.querySelector("[data-stale]");

function show(tile) {
  const card = tiles.querySelector(`[data-tile="${tile.name}"]`);
  if (!card) return;
  card.querySelector("strong").textContent = tile.text;
  card.querySelector("small").textContent = tile.about;
}

async function renew() {
  if (document.hidden) return;
  try {
    const answer = await fetch(tiles.dataset.live, { headers: { Accept: "application/json" }, redirect: "error" });
    if (!answer.ok) throw new Error(answer.statusText);
    (await answer.json()).tiles.forEach(show);
    stale.hidden = true;
  } catch {
    stale.hidden = false;
  }
}

if (tiles) {
  setInterval(renew, EVERY_MS);
  document.addEventListener("visibilitychange", renew);
}
