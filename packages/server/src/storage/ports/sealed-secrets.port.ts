/** The client secrets that are kept readable, for when what they are sealed with changes. */
export interface SealedSecretStore {
  /**
   * One page of them, ordered by client, with those that are on their way out.
   *
   * @param after the client that the last page ended with; null for the first page
   * @param limit the most clients whose secrets to return
   */
  list(
    after: string | null,
    limit: number,
  ): Promise<readonly { readonly clientId: string; readonly sealed: string }[]>;
  /** Puts the new seal in the place of the old one, if that is still there. */
  reseal(clientId: string, from: string, to: string): Promise<'resealed' | 'changedMeanwhile'>;
}
