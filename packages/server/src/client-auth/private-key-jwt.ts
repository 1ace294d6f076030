import type { JWTVerifyGetKey } from 'jose';
import { clientSignatureAlgorithms } from '../protocol/index.js';
import type { ClientRecord } from '../storage/ports/index.js';
import { type AssertionChecks, readAssertion, verifyAssertion } from './client-assertion.js';
import type { ClientAuthenticator } from './credentials.js';

/** Finds the registered key of a client that verifies its signature. */
export type VerificationKeys = (client: ClientRecord) => JWTVerifyGetKey;

/** `private_key_jwt`: an assertion signed with a private key of the client (OpenID Connect Core 1.0 §9). */
export function privateKeyJwt(checks: AssertionChecks, keysOf: VerificationKeys): ClientAuthenticator {
  return {
    read({ parameters }) {
      const assertion = readAssertion(parameters, clientSignatureAlgorithms);
      return (
        assertion && {
          clientId: assertion.clientId,
          isCredential: true,
          async prove(client) {
            if (client?.authenticationMethod !== 'private_key_jwt') return false;
            return verifyAssertion(checks, assertion, client, clientSignatureAlgorithms, [keysOf(client)]);
          },
        }
      );
    },
  };
}
