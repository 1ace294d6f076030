import type { SigningAlgorithm } from '../protocol/index.js';
import { ClientMetadataError } from './metadata/error.js';

/** With what the server signs for clients. */
export interface SigningPolicy {
  /** What clients may register. */
  readonly algorithms: readonly SigningAlgorithm[];
  /** What signs the ID tokens of a client that registers nothing (OpenID Connect Registration 1.0 §2). */
  readonly idTokenDefault: SigningAlgorithm;
}

/** The fields that name how the server signs for a client. */
const fields = [
  'id_token_signed_response_alg',
  'userinfo_signed_response_alg',
  'introspection_signed_response_alg',
] as const;

type AlgorithmFields = { readonly [Field in (typeof fields)[number]]?: string | null | undefined };

/** @throws ClientMetadataError where a field that was sent names an algorithm without a published key */
export function refuseUnusedAlgorithms(input: AlgorithmFields, { algorithms }: SigningPolicy): void {
  const problems = fields
    .filter((field) => input[field] != null && !algorithms.some((known) => known === input[field]))
    .map((field) => ({ field, message: `must be one of ${algorithms.join(', ')}` }));
  if (problems.length > 0) throw new ClientMetadataError(problems);
}
