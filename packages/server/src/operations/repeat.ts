/**
 * Does something again and again until it is stopped; tests pass one that they drive by hand.
 *
 * @param seconds from one time to the next; a time that comes while the task is still at it is passed over
 * @param task what it throws is for `onFailure`, and the next time comes all the same
 * @returns what stops it, waiting for a task that is under way
 */
export type Repeat = (
  seconds: number,
  task: () => Promise<void>,
  onFailure: (error: unknown) => void,
) => () => Promise<void>;

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
