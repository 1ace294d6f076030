/**
 * Shares one run among concurrent calls with the same key. Nothing is kept after the run, whether it succeeded or failed, so
 * a later caller never gets an earlier failure.
 */
export class SingleFlight<Result> {
  readonly #running = new Map<string, Promise<Result>>();

  /**
   * Joins the run under `key`, or starts one.
   *
   * @param key identifies calls that share a run
   * @param run the work; its rejection reaches every caller that joined
   */
  async do(key: string, run: () => Promise<Result>): Promise<Result> {
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    // The entry is removed before callers get the outcome, so that a retry from a catch block starts a new run.
    const started = run().finally(() => this.#running.delete(key));
    this.#running.set(key, started);
    return started;
  }
}
