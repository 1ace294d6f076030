import { isJsonObject, type JsonObject } from '@grantor/protocol';
import { importPKCS8, SignJWT } from 'jose';
import type { Clock } from '../crypto/clock.js';
import { type Random, randomId } from '../crypto/random.js';
import type { ProviderCredentials } from './expand-provider.js';
import { UpstreamError, type UpstreamResponse } from './provider.js';
import type { ProviderCalls } from './provider-calls.js';

/** How long an assertion can be used, in seconds. */
const ASSERTION_SECONDS = 60;

/** What a client authentication adds to a token request. */
interface Authentication {
  readonly headers?: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface TokenRequestDependencies {
  readonly calls: ProviderCalls;
  readonly clientId: string;
  readonly credentials: ProviderCredentials;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Exchanges a code (RFC 6749 §4.1.3, RFC 7636 §4.5).
 *
 * @param tokenEndpoint the address to call
 * @param audience the `aud` of client assertions: the issuer
 * @returns the token response
 * @throws UpstreamError
 */
export async function exchangeCode(
  dependencies: TokenRequestDependencies,
  { tokenEndpoint, audience }: { readonly tokenEndpoint: string; readonly audience: string },
  { code, redirectUri, codeVerifier }: Pick<UpstreamResponse, 'code' | 'redirectUri' | 'codeVerifier'>,
): Promise<JsonObject> {
  const { headers = {}, parameters } = await authenticate(dependencies, audience);
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: codeVerifier,
    ...parameters,
  }).toString();
  const { status, json } = await dependencies.calls.call('token endpoint', tokenEndpoint, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    body,
  });
  if (status >= 500)
    throw new UpstreamError('unavailable', `the token endpoint responded with status ${status}`);
  // GitHub responds to a wrong code with status 200 and an error.
  if (status !== 200 || !isJsonObject(json) || typeof json.access_token !== 'string') {
    throw new UpstreamError(
      'refused',
      `the token endpoint refused the code${errorOf(json)} (status ${status})`,
    );
  }
  return json;
}

/** The error code of the provider, if it has the form of one (RFC 6749 §5.2). */
function errorOf(json: unknown): string {
  const error = isJsonObject(json) ? json.error : undefined;
  return typeof error === 'string' && /^[a-z_]{1,64}$/.test(error) ? `: ${error}` : '';
}

async function authenticate(
  { clientId, credentials, clock, random }: TokenRequestDependencies,
  audience: string,
): Promise<Authentication> {
  const { method } = credentials;
  const now = clock();
  switch (method) {
    case 'none':
      return { parameters: { client_id: clientId } };
    case 'client_secret_post':
      return { parameters: { client_id: clientId, client_secret: credentials.secret } };
    case 'client_secret_basic': {
      // RFC 6749 §2.3.1: both are encoded as in a form.
      const pair = [clientId, credentials.secret].map(formEncode).join(':');
      return { headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }, parameters: {} };
    }
    case 'private_key_jwt': {
      const { algorithm, keyId, privateKey } = credentials;
      const assertion = await new SignJWT({ jti: randomId(random) })
        .setProtectedHeader({ alg: algorithm, ...(keyId === undefined ? {} : { kid: keyId }) })
        .setIssuer(clientId)
        .setSubject(clientId)
        .setAudience(audience)
        .setIssuedAt(now)
        .setExpirationTime(now + ASSERTION_SECONDS)
        .sign(await importPKCS8(privateKey, algorithm));
      return {
        parameters: {
          client_id: clientId,
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: assertion,
        },
      };
    }
    default: {
      // "Creating a client secret" of Sign in with Apple: a JWT of the team in place of the secret.
      const secret = await new SignJWT()
        .setProtectedHeader({ alg: 'ES256', kid: credentials.keyId })
        .setIssuer(credentials.teamId)
        .setSubject(clientId)
        .setAudience(audience)
        .setIssuedAt(now)
        .setExpirationTime(now + ASSERTION_SECONDS)
        .sign(await importPKCS8(credentials.privateKey, 'ES256'));
      return { parameters: { client_id: clientId, client_secret: secret } };
    }
  }
}

function formEncode(text: string): string {
  return new URLSearchParams({ _: text }).toString().slice(2);
}
