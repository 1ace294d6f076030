/** Every code that a {@link GuardError} can have. The set is closed: a `switch` over it is complete. */
export type GuardErrorCode = 'configuration' | 'keys_unavailable';

/**
 * What this package throws, and passes to `onUnavailable`. The message says what to change. It is for the developer of the
 * API; callers of the API never see it.
 */
export class GuardError extends Error {
  override readonly name = 'GuardError';
  /** `configuration`: an option is invalid. `keys_unavailable`: the issuer's keys cannot be fetched. */
  readonly code: GuardErrorCode;

  constructor(code: GuardErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
