import { randomUUID } from 'node:crypto';
import type { Clock } from '../crypto/clock.js';
import { sha256 } from '../crypto/hash.js';
import { type Random, randomSecret } from '../crypto/random.js';
import type {
  ClientChanges,
  ClientRecord,
  ClientStore,
  CompatibilitySetting,
} from '../storage/ports/index.js';
import type { ClientChangesInput, NewClient } from './metadata.js';

/** A client that was just registered, and the one time that its secret is known. */
export interface RegisteredClient {
  readonly client: ClientRecord;
  /** Undefined for a public client. */
  readonly secret: string | undefined;
}

export interface Registration {
  /** @returns `idTaken` where the chosen `client_id` is in use */
  register(metadata: NewClient): Promise<RegisteredClient | 'idTaken'>;
  /** @returns `secretNeeded` where the change would make a confidential client public or the other way round */
  update(id: string, changes: ClientChangesInput): Promise<ClientRecord | 'missing' | 'secretNeeded'>;
}

export function createRegistration(clients: ClientStore, clock: Clock, random: Random): Registration {
  return {
    async register(metadata) {
      const isPublic = metadata.token_endpoint_auth_method === 'none';
      // base64url, so that no encoding between here and the client can change it.
      const secret = isPublic ? undefined : randomSecret(random);
      const now = clock();
      const client: ClientRecord = {
        id: metadata.client_id ?? randomUUID(),
        name: metadata.name,
        secretHash: secret === undefined ? null : sha256(secret),
        sealedSecret: null,
        authenticationMethod: metadata.token_endpoint_auth_method,
        redirectUris: metadata.redirect_uris,
        grantTypes: metadata.grant_types,
        responseTypes: metadata.response_types,
        scopes: metadata.scopes,
        accessTokenFormat: metadata.access_token_format,
        idTokenAlgorithm: metadata.id_token_signed_response_alg,
        audience: metadata.audience,
        compatibility: settingsOf(metadata.compatibility),
        metadata: {},
        enabled: true,
        createdAt: now,
        updatedAt: now,
      };
      return (await clients.create(client)) === 'idTaken' ? 'idTaken' : { client, secret };
    },
    async update(id, input) {
      if (input.token_endpoint_auth_method !== undefined) {
        // Whether a client has a secret never changes, so that reading it first leaves no gap.
        const client = await clients.find(id);
        if (client === undefined) return 'missing';
        const isPublic = input.token_endpoint_auth_method === 'none';
        if (isPublic !== (client.secretHash === null)) return 'secretNeeded';
      }
      return clients.update(id, changesOf(input, clock()));
    },
  };
}

function changesOf(input: ClientChangesInput, now: number): ClientChanges {
  const named: Omit<{ [K in keyof ClientChanges]?: ClientChanges[K] | undefined }, 'updatedAt'> = {
    name: input.name,
    redirectUris: input.redirect_uris,
    grantTypes: input.grant_types,
    responseTypes: input.response_types,
    scopes: input.scopes,
    authenticationMethod: input.token_endpoint_auth_method,
    accessTokenFormat: input.access_token_format,
    idTokenAlgorithm: input.id_token_signed_response_alg,
    audience: input.audience,
    compatibility: input.compatibility === undefined ? undefined : settingsOf(input.compatibility),
    enabled: input.enabled,
  };
  const given = Object.entries(named).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), updatedAt: now };
}

function settingsOf(input: NewClient['compatibility']): CompatibilitySetting[] {
  return Object.entries(input).flatMap(([name, on]) => (on === true ? [name as CompatibilitySetting] : []));
}
