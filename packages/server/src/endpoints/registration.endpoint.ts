import { sha256 } from '../crypto/hash.js';
import { describeClient } from '../dynamic-registration/describe.js';
import type { DynamicRegistration } from '../dynamic-registration/dynamic-registration.js';
import type { RegistrationThrottle } from '../dynamic-registration/throttle.js';
import { bearerChallenge, OAuthError, readBearerToken, tooManyRequests } from '../protocol/index.js';
import { networksOf } from '../throttling/network-of.js';
import { type Endpoint, json } from './endpoint.js';
import { paths } from './paths.js';
import { asMetadataRefusal, readMembers } from './registration-body.js';
import type { DescribeMetadata } from './server-metadata.js';

/** How long to wait where there are too many clients, in seconds: the next purge may delete some. */
const FULL_SECONDS = 3600;

export interface RegistrationEndpointDependencies {
  readonly issuer: string;
  readonly registration: DynamicRegistration;
  /** Whether pages in a browser may register clients. */
  readonly fromBrowsers: boolean;
  readonly throttle: RegistrationThrottle;
  /** Counts what pages send, so that a page in a visitor's browser cannot use up the limit of the visitor's programs. */
  readonly browserThrottle: RegistrationThrottle;
}

/** `POST /oauth2/register` (RFC 7591 §3, OpenID Connect Registration 1.0 §3). */
export function registrationEndpoint(dependencies: RegistrationEndpointDependencies): Endpoint {
  const { issuer, registration, fromBrowsers, throttle, browserThrottle } = dependencies;

  return async ({ headers, body, address }) => {
    if (registration.mode === 'off') {
      throw new OAuthError(
        'access_denied',
        'Apps cannot register themselves at this server. Ask its operator to register your app',
      );
    }
    // Browsers send it with every POST of a page (Fetch §3.2), also where they need no preflight.
    const origin = headers.get('origin');
    if (origin !== null && !fromBrowsers) {
      throw new OAuthError(
        'access_denied',
        'Pages in a browser cannot register apps at this server. Register from a program, or ask its operator to allow it',
      );
    }
    const wait = await (origin === null ? throttle : browserThrottle).admit(address);
    if (wait > 0) throw tooManyRequests('Too many registrations came from this address', wait);
    const token = readBearerToken(headers);
    if (!(await registration.admits(token))) throw unauthorized(token);
    const members = readMembers(body);
    refuseSoftwareStatement(members.software_statement);
    const registered = await registration
      .register(members, token, address, sourceOf(address, origin))
      .catch(asMetadataRefusal);
    if (registered === 'tokenRefused') throw unauthorized(token);
    if (registered === 'tooMany') {
      throw tooManyRequests(
        'Too many apps have registered themselves, in all or from this network. Unused apps are deleted later',
        FULL_SECONDS,
      );
    }
    const { client, secret, registrationToken } = registered;
    const registrationUri = issuer + paths.registration[0];
    return json(201, describeClient(client, { registrationUri, registrationToken, secret }));
  };
}

function unauthorized(token: string | undefined): OAuthError {
  if (token !== undefined) {
    return new OAuthError('invalid_token', 'The initial access token is unknown, expired or used up');
  }
  return new OAuthError(
    'invalid_token',
    'Registration requires an initial access token. Ask the operator of this server for one',
    {
      challenge: bearerChallenge, // RFC 6750 §3.1
    },
  );
}

/** Registrations of a page are counted with its origin, apart from those of programs in the same network. */
function sourceOf(address: string, origin: string | null): string {
  const { narrow, wide } = networksOf(address);
  return origin === null ? (wide ?? narrow) : `${wide ?? narrow} ${sha256(origin)}`;
}

/** RFC 7591 §2.3, §3.2.2: this server trusts no issuer of statements, and to ignore a statement would pretend that it does. */
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

export const registrationMetadata: DescribeMetadata = ({ issuer, registration }) =>
  registration ? { registration_endpoint: issuer + paths.registration[0] } : {};
