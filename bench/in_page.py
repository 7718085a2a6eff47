"""What the bench of the web client runs inside the page."""

MESSAGE = "[data-testid=message]"

# The moment (ms after the navigation began) in which the room can be read and written in, as `usableAt`.
USABLE = """() => {
  const look = () => {
    const shown = document.querySelector('[data-testid=message]'), box = document.querySelector('[data-testid=composer]');
    const isThere = shown?.checkVisibility({visibilityProperty: true}) && box?.checkVisibility();
    if (isThere) window.usableAt = performance.now(); else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""

LOADED = """() => performance.getEntriesByType('resource').filter(e => e.name.endsWith('.js'))
  .reduce((sum, e) => sum + e.encodedBodySize, 0)"""

# Long tasks, the time between frames, and what handling a key takes; `toPaint` also waits for the screen.
# Begins afresh each time.
WATCH = """() => {
  const isWatching = window.seen !== undefined;
  window.seen = {long: [], gaps: [], keys: [], toPaint: []};
  if (isWatching) return;
  new PerformanceObserver(list => list.getEntries().forEach(e => seen.long.push(e.duration))).observe({type: 'longtask'});
  new PerformanceObserver(list => list.getEntries().filter(e => e.name === 'keydown' || e.name === 'input').forEach(e => {
    seen.keys.push(e.processingEnd - e.processingStart);
    seen.toPaint.push(e.duration);
  })).observe({type: 'event', durationThreshold: 16});
  let before = performance.now();
  const frame = moment => { seen.gaps.push(moment - before); before = moment; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
}"""

HEAP = "() => performance.memory.usedJSHeapSize / 1e6"

# From the click to the frame in which the room's last message stands where it stays.
SWITCH = """name => new Promise(done => {
  const began = performance.now();
  [...document.querySelectorAll('[data-testid=room-link]')].find(link => link.textContent.includes(name)).click();
  const isThere = () => {
    const last = [...document.querySelectorAll('[data-testid=message]')].at(-1);
    return document.querySelector('h1')?.textContent.includes(name) && last?.checkVisibility({visibilityProperty: true})
      && last.getBoundingClientRect().bottom <= document.querySelector('form').getBoundingClientRect().top;
  };
  const look = () => isThere() ? done(performance.now() - began) : requestAnimationFrame(look);
  requestAnimationFrame(look);
})"""
