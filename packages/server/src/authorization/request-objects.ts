import type { ClientKeys } from '../client-keys/client-keys.js';
import type { Clock } from '../crypto/clock.js';
import { OAuthError, type Parameters, parseResponseType } from '../protocol/index.js';
import type { ClientStore } from '../storage/ports/index.js';
import { findClient } from './find-client.js';
import { readRequestObject } from './request-object.js';
import type { RequestUris } from './request-uri.js';

/** Authorization requests in a JWT, by value (`request`) or by reference (`request_uri`). */
export interface RequestObjects {
  /** Whether this server refuses every request without a signed request object (RFC 9101 §10.5). */
  readonly areRequired: boolean;
  /**
   * Adds the parameters of the request object to those outside, and replaces those that are in both (OpenID Connect Core
   * 1.0 §6.1). Where signed request objects are required, parameters outside are ignored (RFC 9101 §5, §6.3).
   *
   * @param parameters of a request with `request` or `request_uri`
   * @returns the parameters without both
   * @throws OAuthError `invalid_request_object` or `invalid_request_uri`
   */
  resolve(parameters: Parameters): Promise<Parameters>;
}

export interface RequestObjectDependencies {
  readonly clients: ClientStore;
  readonly clientKeys: ClientKeys;
  readonly requestUris: RequestUris;
  readonly areRequired: boolean;
  readonly issuer: string;
  readonly clock: Clock;
}

export function createRequestObjects(dependencies: RequestObjectDependencies): RequestObjects {
  const { clients, clientKeys, requestUris, areRequired, issuer, clock } = dependencies;
  return {
    areRequired,
    async resolve({ request, request_uri: uri, ...outside }) {
      // OpenID Connect Core 1.0 §6.1, §6.2
      if (request !== undefined && uri !== undefined) {
        throw new OAuthError('invalid_request', "Send either 'request' or 'request_uri', not both");
      }
      const client = await findClient(clients, outside.client_id);
      const text =
        request ?? (await requestUris.fetch(uri ?? '', client.metadata.request_uris ?? [], client.id));
      const inside = await readRequestObject(text, {
        issuer,
        clientId: client.id,
        algorithm: client.metadata.request_object_signing_alg,
        unsupported: uri === undefined ? 'request_not_supported' : 'request_uri_not_supported',
        mustBeSigned: areRequired,
        findKey: clientKeys.verificationKey(client),
        now: clock(),
      });
      checkAgreement(inside, outside);
      return areRequired ? { client_id: client.id, ...inside } : { ...outside, ...inside };
    },
  };
}

/** OpenID Connect Core 1.0 §6.1: parameters that are required outside must have the same value inside. */
function checkAgreement(inside: Parameters, outside: Parameters): void {
  if (inside.client_id !== undefined && inside.client_id !== outside.client_id) {
    throw differs('client_id');
  }
  if (inside.response_type === undefined || outside.response_type === undefined) return;
  if (normalType(inside.response_type) !== normalType(outside.response_type)) throw differs('response_type');
}

function normalType(value: string): string {
  return parseResponseType(value) ?? value;
}

function differs(name: 'client_id' | 'response_type'): OAuthError {
  return new OAuthError('invalid_request_object', `'${name}' differs inside and outside the request object`);
}
