/** The client secrets that are stored sealed and not hashed, for a change of the key that seals them. */
export interface SealedSecretStore {
  /**
   * One page of them, ordered by client, with the previous secrets that are still valid.
   *
   * @param after the last client of the previous page; null for the first page
   * @param limit the most clients to return
   */
  list(
    after: string | null,
    limit: number,
  ): Promise<readonly { readonly clientId: string; readonly sealed: string }[]>;
  /** Replaces a sealed secret, if it is still the current one. */
  reseal(clientId: string, from: string, to: string): Promise<'resealed' | 'changedMeanwhile'>;
}
