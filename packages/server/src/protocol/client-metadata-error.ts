/** An invalid field, by the name that the specifications give it. */
export interface MetadataProblem {
  readonly field: string;
  readonly message: string;
  /** Whether the field is invalid because it is empty. */
  readonly isEmpty?: boolean;
}

/** The registration of a client is invalid: each field with what to change. */
export class ClientMetadataError extends Error {
  constructor(
    readonly problems: readonly MetadataProblem[],
    options?: ErrorOptions,
  ) {
    super(problems.map(({ field, message }) => `${field} ${message}`).join('; '), options);
    this.name = 'ClientMetadataError';
  }
}
