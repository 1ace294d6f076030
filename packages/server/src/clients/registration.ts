import { randomUUID } from 'node:crypto';
import type { Clock } from '../crypto/clock.js';
import type { Random } from '../crypto/random.js';
import type { Sealer } from '../crypto/seal.js';
import type {
  ClientChanges,
  ClientRecord,
  ClientStore,
  CompatibilitySetting,
} from '../storage/ports/index.js';
import { ClientMetadataError } from './metadata/error.js';
import { mergeMetadata } from './metadata/fields.js';
import { metadataProblems } from './metadata/rules.js';
import { type ClientChangesInput, defaultResponseTypes, type NewClient } from './metadata.js';
import { credentialKinds, newSecret } from './secret.js';

/** A client that was just registered, and the one time that its secret is known. */
export interface RegisteredClient {
  readonly client: ClientRecord;
  /** Undefined for a public client. */
  readonly secret: string | undefined;
}

export interface Registration {
  /**
   * @returns `idTaken` where the chosen `client_id` is in use
   * @throws ClientMetadataError where its fields do not go together
   */
  register(metadata: NewClient): Promise<RegisteredClient | 'idTaken'>;
  /** @throws ClientMetadataError where the client's fields would not go together any more */
  update(id: string, changes: ClientChangesInput): Promise<ClientRecord | 'missing'>;
}

/** @param secrets seals the secrets of clients that sign with them */
export function createRegistration(
  clients: ClientStore,
  clock: Clock,
  random: Random,
  secrets: Sealer,
): Registration {
  return {
    async register(metadata) {
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
      return (await clients.create(client)) === 'idTaken' ? 'idTaken' : { client, secret };
    },
    update(id, input) {
      return clients.update(id, (client) => {
        refuseOtherKindOfClient(client, input);
        const changes = changesOf(client, input, clock());
        refuseProblems({ ...client, ...changes });
        return changes;
      });
    },
  };
}

function refuseProblems(client: ClientRecord): void {
  const problems = metadataProblems(client);
  if (problems.length > 0) throw new ClientMetadataError(problems);
}

/** What kind of credentials a client has never changes: the one who asks could not be shown a new secret. */
function refuseOtherKindOfClient(client: ClientRecord, input: ClientChangesInput): void {
  const method = input.token_endpoint_auth_method;
  if (method === undefined) return;
  if (credentialKinds[method] === credentialKinds[client.authenticationMethod]) return;
  const message = 'cannot change to a method with other credentials; register another app';
  throw new ClientMetadataError([{ field: 'token_endpoint_auth_method', message }]);
}

function changesOf(client: ClientRecord, input: ClientChangesInput, now: number): ClientChanges {
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
    metadata: mergeMetadata(client.metadata, input),
    enabled: input.enabled,
  };
  const given = Object.entries(named).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), updatedAt: now };
}

function settingsOf(input: NewClient['compatibility']): CompatibilitySetting[] {
  return Object.entries(input).flatMap(([name, on]) => (on === true ? [name as CompatibilitySetting] : []));
}
