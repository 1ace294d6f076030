/**
 * The client or user that a new row belongs to was deleted during the request. Nothing was written. Every write can throw
 * it.
 */
export class OwnerGone extends Error {
  override readonly name = 'OwnerGone';
}
