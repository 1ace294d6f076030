import type { CreateEvent } from '../audit/events.js';
import { metadataFields } from '../clients/metadata/fields.js';
import type { ClientChangesInput } from '../clients/metadata.js';
import type { RegisteredClient, Registration } from '../clients/registration.js';
import type { Clock } from '../crypto/clock.js';
import { sha256 } from '../crypto/hash.js';
import { type Random, randomSecret } from '../crypto/random.js';
import type { SigningAlgorithm } from '../protocol/index.js';
import { refuseUnapprovedGrantTypes } from '../scopes/approval.js';
import { defaultScopes } from '../scopes/client-scopes.js';
import type { ScopeCatalogue } from '../scopes/scope-catalogue.js';
import { freeScopes, grantableScopes } from '../scopes/self-registration.js';
import type { ClientRecord, DynamicClientStore, InitialTokenStore } from '../storage/ports/index.js';
import { selfRegistrationEvents } from './events.js';
import { fingerprintOf } from './fingerprint.js';
import { type OwnMetadata, readOwnMetadata } from './request.js';

/** Who may register: no one, holders of an initial access token, or everyone. */
export type RegistrationMode = 'off' | 'token' | 'open';

export interface DynamicRegistrationDependencies {
  readonly mode: RegistrationMode;
  /**
   * The scopes that clients may register for. A client that requests none gets all of them. Undefined: every scope that
   * needs no approval, and a client that requests none gets `openid profile email`.
   */
  readonly scopes: readonly string[] | undefined;
  readonly catalogue: ScopeCatalogue;
  readonly registration: Registration;
  /** Whether this server issues refresh tokens at all. */
  readonly refreshTokens: boolean;
  /** The algorithm of ID tokens for a client that registers none. */
  readonly idTokenDefault: SigningAlgorithm;
  /** The most self-registered clients, in all and from one network; 0 means no limit. */
  readonly caps: { readonly total: number; readonly perSource: number };
  readonly dynamicClients: DynamicClientStore;
  readonly initialTokens: InitialTokenStore;
  readonly createEvent: CreateEvent;
  readonly clock: Clock;
  readonly random: Random;
}

type Members = Readonly<Record<string, unknown>>;

/** A client with its registration access token, which is shown only once. */
export interface DynamicallyRegistered extends RegisteredClient {
  readonly registrationToken: string;
}

/** Clients that register, read, change and delete themselves (RFC 7591, RFC 7592). */
export interface DynamicRegistration {
  readonly mode: RegistrationMode;
  /**
   * Whether a registration with this token, or without one, is allowed (RFC 7591 §3). Checked before any other work.
   */
  admits(initialToken: string | undefined): Promise<boolean>;
  /**
   * @param address the network address of the request
   * @param source the network, or the network and origin, whose clients are counted together
   * @returns `tokenRefused` if the token has been used up meanwhile, `tooMany` at the limits
   * @throws ClientMetadataError
   */
  register(
    members: Members,
    initialToken: string | undefined,
    address: string,
    source: string,
  ): Promise<DynamicallyRegistered | 'tokenRefused' | 'tooMany'>;
  /** The client with this ID, if the token is its own. */
  find(id: string, registrationToken: string): Promise<ClientRecord | undefined>;
  /**
   * Replaces the registered metadata of the client with the metadata of the request (RFC 7592 §2.2).
   *
   * @returns `shared` if the client has several owners and cannot be changed
   * @throws ClientMetadataError
   */
  update(
    client: ClientRecord,
    registrationToken: string,
    members: Members,
    address: string,
  ): Promise<ClientRecord | 'missing' | 'shared'>;
  remove(registrationToken: string, address: string): Promise<'removed' | 'missing'>;
}

export function createDynamicRegistration(
  dependencies: DynamicRegistrationDependencies,
): DynamicRegistration {
  const {
    caps,
    mode,
    scopes,
    catalogue,
    registration,
    dynamicClients,
    initialTokens,
    createEvent,
    clock,
    random,
  } = dependencies;
  const { idTokenDefault, refreshTokens } = dependencies;
  const itself = (address: string) =>
    selfRegistrationEvents(createEvent, { via: 'registration_access_token', address });
  return {
    mode,
    async admits(initialToken) {
      if (initialToken === undefined) return mode === 'open';
      // A token that is sent must be valid, even if none is required.
      return (await initialTokens.find(sha256(initialToken), clock())) !== undefined;
    },
    async register(members, initialToken, address, source) {
      const { scope, ...own } = readOwnMetadata(members, { refreshTokens });
      const prepared = await registration.prepare(
        {
          ...own,
          scopes: grantableScopes(
            scope ?? scopes ?? defaultScopes,
            freeScopes(scopes, await catalogue.consult(scope ?? [])),
          ),
          access_token_format: 'jwt',
          audience: null,
          compatibility: {},
        },
        'client',
      );
      const fingerprint = fingerprintOf(prepared.client);
      const registrationToken = randomSecret(random);
      const outcome = await dynamicClients.register({
        client: prepared.client,
        tokenHash: sha256(registrationToken),
        initialTokenHash: initialToken === undefined ? null : sha256(initialToken),
        fingerprint,
        caps: { ...caps, source: initialToken === undefined ? source : null },
        note: selfRegistrationEvents(createEvent, {
          via: initialToken === undefined ? 'open_registration' : 'initial_access_token',
          address,
        }).registered,
        isSame: (client) => fingerprintOf(client) === fingerprint,
      });
      if (!('client' in outcome)) return outcome.outcome;
      return { client: outcome.client, secret: prepared.secret, registrationToken };
    },
    async find(id, registrationToken) {
      const client = await dynamicClients.find(sha256(registrationToken));
      return client?.id === id ? client : undefined;
    },
    async update(client, registrationToken, members, address) {
      const own = readOwnMetadata(members, { refreshTokens, also: client.grantTypes });
      const revision = await registration.revise(
        client,
        replacementOf(client, own, idTokenDefault),
        'client',
      );
      let before = client;
      return dynamicClients.update(
        sha256(registrationToken),
        (current) => {
          before = current;
          const revised = revision(current);
          // The operator may have removed rights of the client since it was read.
          const { grantTypes = current.grantTypes } = revised;
          const held = grantableScopes(revised.scopes ?? current.scopes, current.scopes);
          refuseUnapprovedGrantTypes(current, { grantTypes, scopes: held }, () => false);
          return { ...revised, scopes: held };
        },
        (updated) => itself(address).updated(before)(updated),
      );
    },
    remove: (registrationToken, address) =>
      dynamicClients.remove(sha256(registrationToken), itself(address).deleted),
  };
}

/** Fields that a client leaves out are removed. Fields that the operator sets stay. */
function replacementOf(
  client: ClientRecord,
  { scope, ...own }: OwnMetadata,
  idTokenDefault: SigningAlgorithm,
): ClientChangesInput {
  const none = Object.fromEntries(Object.keys(metadataFields).map((name) => [name, null]));
  // The client can give up scopes but get no further ones: the operator may have removed some.
  const scopes = scope === undefined ? [...client.scopes] : grantableScopes(scope, client.scopes);
  return { ...none, id_token_signed_response_alg: idTokenDefault, ...own, scopes };
}
