import type { SubjectOf } from '../accounts/subject.js';
import type { AccessTokenReader } from '../issuance/access-token-reader.js';
import { type AuthenticateCaller, createCallerAuthentication } from '../principals/authenticate-caller.js';
import { createPersonOfSignature, type PersonOfSignature } from '../principals/signed-caller.js';
import { createSignatures, type Signatures } from '../principals/x-signature.js';
import type { ServerDependencies } from './dependencies.js';

/** How callers of the management API are known. */
export interface Callers {
  readonly authenticate: AuthenticateCaller;
  readonly personOfSignature: PersonOfSignature;
  readonly signatures: Signatures;
}

export async function createCallers(
  { config, keys, store, clock, random }: ServerDependencies,
  { accessTokens, subjectOf }: { readonly accessTokens: AccessTokenReader; readonly subjectOf: SubjectOf },
): Promise<Callers> {
  const { issuer, developers } = config;
  const { deployment } = store;
  const signatures = await createSignatures({
    deployment,
    issuer,
    developers,
    keys,
    subjectOf,
    clock,
    random,
  });
  const dependencies = { ...store, issuer, developers, accessTokens, signatures, clock };
  return {
    authenticate: createCallerAuthentication(dependencies),
    personOfSignature: createPersonOfSignature(dependencies, issuer),
    signatures,
  };
}
