import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { type ProviderInput, providersSchema } from '../../src/config/provider-settings.js';
import { systemRandom } from '../../src/crypto/random.js';
import type { OutboundRequest } from '../../src/outbound/outbound.js';
import { createProviders } from '../../src/upstream/create-providers.js';
import { expandProvider } from '../../src/upstream/expand-provider.js';
import type { UpstreamRequest } from '../../src/upstream/provider.js';

/** The time of these providers, in seconds since the epoch. */
export const NOW = 1_800_000_000;
/** What a user is asked at them. */
export const request: UpstreamRequest = {
  redirectUri: 'https://login.example/callback',
  state: 'the-state',
  nonce: 'the-nonce',
  codeVerifier: 'v'.repeat(43),
  mustSignInAgain: true,
  mustChooseAccount: false,
  maxAge: undefined,
  loginHint: undefined,
  acrValues: undefined,
  uiLocales: undefined,
};
/** What the browser brings back. */
export const response = { ...request, code: 'the-code', iss: undefined, user: undefined };

const keys = await generateKeyPair('RS256', { extractable: true });

/** Their public key. */
export const published = { ...(await exportJWK(keys.publicKey)), kid: 'k', alg: 'RS256' };
/** The body of each response. */
export type Respond = (url: string, sent: OutboundRequest) => unknown;

/** A provider whose servers are in this function: the outside network. */
export function providerOf(input: ProviderInput, respond: Respond) {
  const [parsed] = providersSchema.parse([input]);
  if (parsed === undefined) throw new Error('no provider');
  const sent: { url: string; request: OutboundRequest }[] = [];
  const unused = () => Promise.reject(new Error('not used'));
  const providers = createProviders([expandProvider(parsed)], {
    outbound: {
      get: unused,
      download: unused,
      post: unused,
      async request(url, message) {
        sent.push({ url, request: message });
        return { status: 200, headers: new Headers(), body: JSON.stringify(respond(url, message)) };
      },
    },
    clock: () => NOW,
    random: systemRandom,
    admitNewAccount: async () => 0,
  });
  const provider = providers.get(input.id);
  if (provider === undefined) throw new Error('no provider');
  return { provider, sent };
}

/** A signed ID token. */
export const idToken = (claims: Readonly<Record<string, unknown>>) =>
  new SignJWT({ iat: NOW, exp: NOW + 60, nonce: 'the-nonce', ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'k' })
    .sign(keys.privateKey);
