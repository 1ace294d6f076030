/**
 * Runs a task at a fixed interval. Tests pass an implementation that they drive by hand.
 *
 * @param seconds the interval; a run is skipped while the previous one is still in progress
 * @param task the next run takes place even when it throws
 * @param onFailure receives what the task throws
 * @returns stops the timer and waits for a run in progress
 */
export type Repeat = (
  seconds: number,
  task: () => Promise<void>,
  onFailure: (error: unknown) => void,
) => () => Promise<void>;

/** Does not keep the process alive. */
export const systemRepeat: Repeat = (seconds, task, onFailure) => {
  let running: Promise<void> | undefined;
  const timer = setInterval(() => {
    running ??= task()
      .catch(onFailure)
      .finally(() => {
        running = undefined;
      });
  }, seconds * 1000);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
};

/**
 * Runs a task once after a delay.
 *
 * @returns cancels it
 */
export function runAfter(milliseconds: number, task: () => void): () => void {
  const timer = setTimeout(task, milliseconds);
  return () => clearTimeout(timer);
}

/**
 * Runs a task once after a delay, unless the process ends before: it does not keep the process alive.
 *
 * @returns cancels it
 */
export function runWhileIdle(milliseconds: number, task: () => void): () => void {
  const timer = setTimeout(task, milliseconds);
  timer.unref();
  return () => clearTimeout(timer);
}

/** Resolves after a delay. */
export function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    runAfter(milliseconds, resolve);
  });
}
