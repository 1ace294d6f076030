import { OAuthError } from '../protocol/index.js';
import { RetryLater } from '../throttling/retry-later.js';

/** The most that large request bodies may have together, in bytes, from their arrival to the response. */
export const LARGE_BODIES_BYTES = 32 * 1024 * 1024;

/** A body takes at most 30 s to arrive; most are there at once. */
const RETRY_AFTER_SECONDS = 5;

/** What one request takes of the budget. */
export interface BodyShare {
  /** @throws OAuthError `temporarily_unavailable` with `Retry-After` where so many bytes more are too many */
  take(bytes: number): void;
  /** Gives back all that was taken. */
  release(): void;
}

/**
 * Bounds the memory that large bodies take together. Bodies of the usual size are not counted: the bounds of the
 * connections hold for them, and requests for tokens must not wait for uploads.
 *
 * @param most bytes
 */
export function createBodyBudget(most: number): () => BodyShare {
  let taken = 0;
  return () => {
    let own = 0;
    return {
      take(bytes) {
        if (taken + bytes > most) {
          const cause = new RetryLater('Large bodies take all memory that they may', RETRY_AFTER_SECONDS);
          const advice =
            'The server reads too many large bodies now. Send the request again after the seconds in';
          throw new OAuthError('temporarily_unavailable', `${advice} Retry-After`, { cause });
        }
        taken += bytes;
        own += bytes;
      },
      release() {
        taken -= own;
        own = 0;
      },
    };
  };
}
