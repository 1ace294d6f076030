import { livePreviousSecret } from '../clients/secret.js';
import type { Sealer } from '../crypto/seal.js';
import { clientSecretAlgorithms } from '../protocol/index.js';
import { type AssertionChecks, readAssertion, verifyAssertion } from './client-assertion.js';
import type { ClientAuthenticator } from './credentials.js';

/**
 * `client_secret_jwt`: an assertion signed with the client's secret (OpenID Connect Core 1.0 §9).
 *
 * @param secrets opens the secrets of clients that are registered for this method
 */
export function clientSecretJwt(checks: AssertionChecks, secrets: Sealer): ClientAuthenticator {
  return {
    read({ parameters }) {
      const assertion = readAssertion(parameters, clientSecretAlgorithms);
      return (
        assertion && {
          clientId: assertion.clientId,
          isCredential: true,
          async prove(client) {
            if (client?.authenticationMethod !== 'client_secret_jwt') return false;
            const keys = [client.sealedSecret, livePreviousSecret(client, checks.clock())?.sealed].flatMap(
              (sealed) => {
                const secret = sealed == null ? undefined : secrets.open(sealed);
                return secret === undefined ? [] : [new TextEncoder().encode(secret)];
              },
            );
            if (keys.length === 0) return false;
            const keyGetters = keys.map((key) => async () => key);
            return verifyAssertion(checks, assertion, client, clientSecretAlgorithms, keyGetters);
          },
        }
      );
    },
  };
}
