/**
 * What was to be written belongs to somebody, a client or a person, who was deleted after they were looked
 * up. Nothing was written. Every verb that writes may throw it: it takes a deletion in that very moment.
 */
export class OwnerGone extends Error {
  override readonly name = 'OwnerGone';
}
