import { OAuthError, retryAfter } from '../protocol/index.js';

/** The most memory that large request bodies may take together, in bytes, from their arrival to the response. */
export const LARGE_BODIES_BYTES = 32 * 1024 * 1024;

/** A body takes at most 30 seconds to arrive; most arrive at once. */
const RETRY_AFTER_SECONDS = 5;

/** The part of the budget that one request takes. */
export interface BodyShare {
  /** @throws OAuthError `temporarily_unavailable` with `Retry-After` where the budget has fewer bytes left */
  take(bytes: number): void;
  /** Returns everything that was taken. */
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
          throw new OAuthError(
            'temporarily_unavailable',
            'The server reads too many large bodies now. Send the request again after the seconds in Retry-After',
            { headers: retryAfter(RETRY_AFTER_SECONDS) },
          );
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
