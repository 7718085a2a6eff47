const running = new Map<string, Promise<unknown>>();

/**
 * Runs `task` while no other tab (or caller in this one) holds `name`. Web Locks need a secure origin;
 * without them only this tab is kept in order, and the server's idempotency covers the rest.
 */
export async function exclusively<T>(name: string, task: () => Promise<T>): Promise<T> {
  if (navigator.locks) return navigator.locks.request(name, task) as Promise<T>;
  const turn = (running.get(name) ?? Promise.resolve()).then(task, task);
  running.set(name, turn);
  return turn;
}
