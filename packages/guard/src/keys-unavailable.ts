/**
 * The issuer's keys cannot be had. The message is for the operator of the API; callers of the API never
 * see it.
 */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}
