import { sha256 } from '../crypto/hash.js';
import { describeClient } from '../dynamic-registration/describe.js';
import type { DynamicRegistration } from '../dynamic-registration/dynamic-registration.js';
import type { RegistrationThrottle } from '../dynamic-registration/throttle.js';
import { OAuthError } from '../protocol/index.js';
import { networksOf } from '../throttling/network-of.js';
import { bearerChallenge, readBearerToken } from './bearer-token.js';
import { type Endpoint, json } from './endpoint.js';
import { paths } from './paths.js';
import { asMetadataRefusal, readMembers } from './registration-body.js';

/** When to try again where there are too many clients, in seconds: the next purge may have made room. */
const FULL_SECONDS = 3600;

export interface RegistrationEndpointDependencies {
  readonly issuer: string;
  readonly registration: DynamicRegistration;
  /** Whether pages may register clients from a browser. */
  readonly fromBrowsers: boolean;
  readonly throttle: RegistrationThrottle;
  /** Counts what pages send apart, so that a page in a visitor's browser cannot spend the visitor's own share. */
  readonly browserThrottle: RegistrationThrottle;
}

/** `POST /oauth2/register` (RFC 7591 §3, OpenID Connect Registration 1.0 §3). */
export function registrationEndpoint(dependencies: RegistrationEndpointDependencies): Endpoint {
  const { issuer, registration, fromBrowsers, throttle, browserThrottle } = dependencies;

  function unauthorized(token: string | undefined) {
    if (token === undefined) {
      const error = new OAuthError(
        'invalid_token',
        'Registering takes an initial access token of this server',
      );
      // RFC 6750 §3.1: no error in the challenge where no token was sent.
      return json(401, error.toBody(), bearerChallenge(issuer));
    }
    const error = new OAuthError('invalid_token', 'The initial access token is unknown, expired or used up');
    return json(401, error.toBody(), bearerChallenge(issuer, error));
  }

  return async ({ headers, body, address }) => {
    if (registration.mode === 'off') {
      throw new OAuthError(
        'access_denied',
        'Apps cannot register themselves here; ask who runs this server to register yours',
      );
    }
    // Browsers send it with every POST of a page (Fetch §3.2), also where they need no preflight.
    const origin = headers.get('origin');
    if (origin !== null && !fromBrowsers) {
      throw new OAuthError(
        'access_denied',
        'Pages in a browser cannot register apps here. Register from a program, or ask who runs this server to allow it',
      );
    }
    const wait = await (origin === null ? throttle : browserThrottle).admit(address);
    if (wait > 0) {
      const error = new OAuthError(
        'temporarily_unavailable',
        'Too many registrations came from this address',
      );
      return json(429, error.toBody(), { 'retry-after': String(wait) });
    }
    const token = readBearerToken(headers);
    if (!(await registration.admits(token))) return unauthorized(token);
    const members = readMembers(body);
    refuseSoftwareStatement(members.software_statement);
    const registered = await registration
      .register(members, token, address, sourceOf(address, origin))
      .catch(asMetadataRefusal);
    if (registered === 'tokenRefused') return unauthorized(token);
    if (registered === 'tooMany') {
      const error = new OAuthError(
        'temporarily_unavailable',
        'Too many apps have registered themselves here, or from this network. Unused ones are deleted after a time',
      );
      return json(429, error.toBody(), { 'retry-after': String(FULL_SECONDS) });
    }
    const { client, secret, registrationToken } = registered;
    const registrationUri = issuer + paths.registration[0];
    return json(201, describeClient(client, { registrationUri, registrationToken, secret }));
  };
}

/** What a page sends is counted with its origin, apart from what the same network sends without a browser. */
function sourceOf(address: string, origin: string | null): string {
  const { narrow, wide } = networksOf(address);
  return origin === null ? (wide ?? narrow) : `${wide ?? narrow} ${sha256(origin)}`;
}

/** RFC 7591 §2.3, §3.2.2: no issuer of statements is trusted, and passing one over would pretend that it is. */
function refuseSoftwareStatement(statement: unknown): void {
  if (statement === undefined || statement === null) return;
  if (typeof statement !== 'string' || !/^[\w-]+\.[\w-]+\.[\w-]*$/.test(statement)) {
    throw new OAuthError('invalid_software_statement', "'software_statement' is not a signed JWT");
  }
  throw new OAuthError(
    'unapproved_software_statement',
    "This server trusts no issuer of software statements; register without 'software_statement'",
  );
}
