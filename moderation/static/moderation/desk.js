// The desk renews itself: asks every few seconds for a word that changes when there is something new.
(() => {
  const EVERY = 4000; // ms
  const place = document.querySelector("[data-news]");
  if (!place) return;
  let word;

  async function look() {
    if (document.hidden) return;
    const answer = await fetch(place.dataset.news, { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) throw new Error("no news");
    const told = (await answer.json()).word;
    const isNews = word !== undefined && told !== word;
    word = told;
    if (isNews) await (place.dataset.renews ? renew() : tell(place.dataset.tells));
  }

  async function renew() {
    const page = await (await fetch(location.href)).text();
    const fresh = new DOMParser().parseFromString(page, "text/html").querySelector(place.dataset.renews);
    const shown = document.querySelector(place.dataset.renews);
    if (!fresh || !shown || shown.contains(document.activeElement)) return tell("The queue has changed: reload to see it.");
    shown.replaceWith(fresh);
    tell(`Renewed at ${new Date().toLocaleTimeString()}.`);
  }

  function tell(text) {
    place.textContent = text;
  }

  setInterval(() => look().catch(() => tell("The desk is not being renewed: the server does not answer.")), EVERY);
  look().catch(() => {});
})();
