import { ClientMetadataError, type SigningAlgorithm } from '../protocol/index.js';

/** The algorithms with which the server signs for clients. */
export interface SigningPolicy {
  /** The algorithms that clients may register. */
  readonly algorithms: readonly SigningAlgorithm[];
  /** The algorithm of ID tokens for a client that registers none (OpenID Connect Registration 1.0 §2). */
  readonly idTokenDefault: SigningAlgorithm;
}

/** The fields of a client with an algorithm of the server's signatures. */
const fields = [
  'id_token_signed_response_alg',
  'userinfo_signed_response_alg',
  'introspection_signed_response_alg',
] as const;

type AlgorithmFields = { readonly [Field in (typeof fields)[number]]?: string | null | undefined };

/** @throws ClientMetadataError if a sent field has an algorithm without a published key */
export function refuseUnusedAlgorithms(input: AlgorithmFields, { algorithms }: SigningPolicy): void {
  const problems = fields
    .filter((field) => input[field] != null && !algorithms.some((known) => known === input[field]))
    .map((field) => ({ field, message: `must be one of ${algorithms.join(', ')}` }));
  if (problems.length > 0) throw new ClientMetadataError(problems);
}
