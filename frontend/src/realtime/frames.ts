/** A hidden page gets no frames, and a busy one gets them late. */
const LATEST_MS = 100;

/**
 * Runs `task` at once when the last frame has been drawn since it last ran, else with the next frame:
 * what comes alone waits for nothing, what comes in lots is one change and one drawing for each frame.
 */
export class FrameGate {
  private readonly task: () => void;
  private cancel: (() => void) | null = null;
  private isWanted = false;

  constructor(task: () => void) {
    this.task = task;
  }

  pass(): void {
    if (this.cancel) this.isWanted = true;
    else this.run();
  }

  stop(): void {
    this.cancel?.();
    this.cancel = null;
    this.isWanted = false;
  }

  private run(): void {
    this.cancel = onceDrawn(() => {
      this.cancel = null;
      if (!this.isWanted) return;
      this.isWanted = false;
      this.run();
    });
    this.task();
  }
}

function onceDrawn(then: () => void): () => void {
  const cancel = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
  const run = () => {
    cancel();
    then();
  };
  const frame = requestAnimationFrame(run);
  const timer = setTimeout(run, LATEST_MS);
  return cancel;
}
