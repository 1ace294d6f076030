import type { MetadataProblem } from './rules.js';

/** A client that cannot be registered as asked, each field with what must change. */
export class ClientMetadataError extends Error {
  constructor(
    readonly problems: readonly MetadataProblem[],
    options?: ErrorOptions,
  ) {
    super(problems.map(({ field, message }) => `${field} ${message}`).join('; '), options);
    this.name = 'ClientMetadataError';
  }
}
