/** A change that no test can notice, since it changes nothing that matters, and why. */
export interface Harmless {
  readonly file: string;
  /** The line of source, trimmed. */
  readonly context: string;
  readonly before: string;
  readonly after: string;
  readonly reason: string;
}

/** Survivors that were looked at. A change to the line of source takes its entry out of force. */
export const harmless: readonly Harmless[] = [];
