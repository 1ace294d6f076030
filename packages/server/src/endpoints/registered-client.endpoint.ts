import { equalInConstantTime, sha256 } from '../crypto/hash.js';
import { describeClient } from '../dynamic-registration/describe.js';
import type { DynamicRegistration } from '../dynamic-registration/dynamic-registration.js';
import type { RegistrationThrottle } from '../dynamic-registration/throttle.js';
import { bearerChallenge, OAuthError, readBearerToken, tooManyRequests } from '../protocol/index.js';
import type { ClientRecord } from '../storage/ports/index.js';
import { type Endpoint, type EndpointRequest, type EndpointResponse, json } from './endpoint.js';
import { paths } from './paths.js';
import { asMetadataRefusal, invalid, readMembers } from './registration-body.js';

/** The members that the server sets, which an update must not have (RFC 7592 §2.2). */
const SET_BY_SERVER = [
  'registration_access_token',
  'registration_client_uri',
  'client_secret_expires_at',
  'client_id_issued_at',
];

/**
 * `GET|PUT|DELETE /oauth2/register/{client_id}` (RFC 7592 §2, OpenID Connect Registration 1.0 §4). The registration
 * access token never rotates: a client that loses a response would lose the new token with it.
 */
export function registeredClientEndpoint(
  issuer: string,
  registration: DynamicRegistration,
  throttle: RegistrationThrottle,
): Endpoint {
  const registrationUri = issuer + paths.registration[0];

  async function update(
    client: ClientRecord,
    token: string,
    incoming: EndpointRequest,
  ): Promise<EndpointResponse> {
    const wait = await throttle.admit(incoming.address);
    if (wait > 0) throw tooManyRequests('Too many updates came from this address', wait);
    const members = readMembers(incoming.body);
    refuseForbiddenMembers(client, members);
    const updated = await registration
      .update(client, token, members, incoming.address)
      .catch(asMetadataRefusal);
    if (updated === 'missing') throw unauthorized();
    if (updated === 'shared') {
      throw new OAuthError(
        'access_denied',
        'This app has several owners and cannot be changed. Register another app',
      );
    }
    return json(200, describeClient(updated, { registrationUri, registrationToken: token }));
  }

  return async (incoming) => {
    const token = readBearerToken(incoming.headers);
    if (token === undefined) {
      throw new OAuthError(
        'invalid_token',
        'This endpoint requires the registration access token of the app',
        {
          challenge: bearerChallenge,
        },
      );
    }
    // RFC 7592 §2: the same 401 for an unknown token, another client's token and a deleted client.
    const client = await registration.find(incoming.pathParameters.id ?? '', token);
    if (client === undefined) throw unauthorized();
    if (incoming.method === 'PUT') return update(client, token, incoming);
    if (incoming.method === 'DELETE') {
      await registration.remove(token, incoming.address);
      return { kind: 'json', status: 204, body: undefined }; // RFC 7592 §2.3
    }
    return json(200, describeClient(client, { registrationUri, registrationToken: token }));
  };
}

function unauthorized(): OAuthError {
  return new OAuthError(
    'invalid_token',
    'The registration access token does not belong to an app with this client ID',
  );
}

/** RFC 7592 §2.2: an update names its client, and neither sets what the server sets nor chooses a secret. */
function refuseForbiddenMembers(client: ClientRecord, members: Readonly<Record<string, unknown>>): void {
  const reserved = SET_BY_SERVER.find((name) => Object.hasOwn(members, name));
  if (reserved !== undefined) throw invalid(`'${reserved}' is set by this server; leave it out`);
  if (members.client_id !== client.id) throw invalid("'client_id' must be the app's own");
  const { client_secret: secret } = members;
  if (
    secret !== undefined &&
    !(typeof secret === 'string' && equalInConstantTime(sha256(secret), client.secretHash ?? ''))
  ) {
    throw invalid("'client_secret' is not the app's secret, and a client cannot choose it; leave it out");
  }
  if (members.software_statement !== undefined) {
    throw new OAuthError(
      'unapproved_software_statement',
      "This server trusts no issuer of software statements; update without 'software_statement'",
    );
  }
}
