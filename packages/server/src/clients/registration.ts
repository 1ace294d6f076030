import { randomUUID } from 'node:crypto';
import type { Clock } from '../crypto/clock.js';
import type { Random } from '../crypto/random.js';
import type { Sealer } from '../crypto/seal.js';
import type { ClientRecord, ClientStore } from '../storage/ports/index.js';
import { mergeMetadata } from './metadata/fields.js';
import { type ClientChangesInput, defaultResponseTypes, type NewClient } from './metadata.js';
import { prepareRevision, type Revision, refuseProblems, settingsOf } from './revision.js';
import { newSecret } from './secret.js';
import { refuseUnlisted, type SectorReader } from './sector-identifier.js';

/** A client with its secret, the one time that the secret is known. */
export interface RegisteredClient {
  readonly client: ClientRecord;
  /** Undefined for a public client. */
  readonly secret: string | undefined;
}

export interface Registration {
  /**
   * Makes a client, which is still to be stored.
   *
   * @throws ClientMetadataError where its fields do not go together
   */
  prepare(metadata: NewClient): Promise<RegisteredClient>;
  /**
   * @returns `idTaken` where the chosen `client_id` is in use
   * @throws ClientMetadataError where its fields do not go together
   */
  register(metadata: NewClient): Promise<RegisteredClient | 'idTaken'>;
  /**
   * Makes a change, which is still to be stored.
   *
   * @param client as it was read
   * @throws ClientMetadataError where its fields would not go together any more
   */
  revise(client: ClientRecord, changes: ClientChangesInput): Promise<Revision>;
  /** @throws ClientMetadataError where the client's fields would not go together any more */
  update(id: string, changes: ClientChangesInput): Promise<ClientRecord | 'missing'>;
}

export interface RegistrationDependencies {
  readonly clients: ClientStore;
  readonly clock: Clock;
  readonly random: Random;
  /** Seals the secrets of clients that sign with them. */
  readonly secrets: Sealer;
  readonly readSector: SectorReader;
}

export function createRegistration(dependencies: RegistrationDependencies): Registration {
  const { clients, clock, random, secrets, readSector } = dependencies;

  const prepare: Registration['prepare'] = async (metadata) => {
    const method = metadata.token_endpoint_auth_method;
    const { secret, secretHash, sealedSecret } = newSecret(method, random, secrets);
    const now = clock();
    const client: ClientRecord = {
      id: metadata.client_id ?? randomUUID(),
      name: metadata.name,
      secretHash,
      sealedSecret,
      authenticationMethod: method,
      redirectUris: metadata.redirect_uris ?? [],
      grantTypes: metadata.grant_types,
      responseTypes: metadata.response_types ?? defaultResponseTypes(metadata.grant_types),
      scopes: metadata.scopes,
      accessTokenFormat: metadata.access_token_format,
      idTokenAlgorithm: metadata.id_token_signed_response_alg,
      audience: metadata.audience,
      compatibility: settingsOf(metadata.compatibility),
      metadata: mergeMetadata({}, metadata),
      enabled: true,
      createdAt: now,
      updatedAt: now,
    };
    refuseProblems(client);
    const { sector_identifier_uri: sector } = client.metadata;
    if (sector !== undefined) refuseUnlisted(client.redirectUris, await readSector(sector));
    return { client, secret };
  };

  const revise: Registration['revise'] = (client, changes) =>
    prepareRevision(client, changes, clock, readSector);

  return {
    prepare,
    revise,
    async register(metadata) {
      const registered = await prepare(metadata);
      return (await clients.create(registered.client)) === 'idTaken' ? 'idTaken' : registered;
    },
    async update(id, changes) {
      const client = await clients.find(id);
      if (client === undefined) return 'missing';
      return clients.update(id, await revise(client, changes));
    },
  };
}
