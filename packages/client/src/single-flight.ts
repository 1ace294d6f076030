/**
 * Lets concurrent calls for the same key share one run. Nothing is remembered once the run has ended, whether
 * it succeeded or failed, so a failure is never handed to a later caller.
 */
export class SingleFlight<Result> {
  readonly #running = new Map<string, Promise<Result>>();

  /**
   * Joins the run under `key`, or starts one.
   * @param key what makes two calls the same
   * @param run the work; its rejection reaches every caller that joined
   */
  async do(key: string, run: () => Promise<Result>): Promise<Result> {
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    // The entry goes before callers hear of the outcome, so that a retry from a catch block starts anew.
    const started = run().finally(() => this.#running.delete(key));
    this.#running.set(key, started);
    return started;
  }
}
