import { randomUUID } from 'node:crypto';
import type { Random } from '../crypto/random.js';
import type { Sealer } from '../crypto/seal.js';
import {
  type ClientScopes,
  refuseUnapprovedGrantTypes,
  scopesAskedFor,
  splitScopes,
} from '../scopes/approval.js';
import type { ScopeCatalogue } from '../scopes/scope-catalogue.js';
import type { ClientCaps, ClientChanges, ClientRecord, ClientStore, Note } from '../storage/ports/index.js';
import type { Registrant } from './client-types.js';
import { withLogoAddress } from './logo-address.js';
import { mergeMetadata } from './metadata/fields.js';
import { type ClientChangesInput, defaultResponseTypes, type NewClient } from './metadata.js';
import { defaultGrantTypes, type ProtocolPolicy, refuseForbiddenMetadata } from './protocol-policy.js';
import {
  prepareRevision,
  type Revision,
  type RevisionDependencies,
  refuseProblems,
  settingsOf,
} from './revision.js';
import { refuseExponents } from './rsa-exponents.js';
import { newSecret } from './secret.js';
import { refuseUnlisted } from './sector-identifier.js';
import { refuseUnusedAlgorithms, type SigningPolicy } from './signing-policy.js';

/** A client with its secret, the one time that the secret is known. */
export interface RegisteredClient {
  readonly client: ClientRecord;
  /** Undefined for a public client. */
  readonly secret: string | undefined;
}

/** Who registers a client, within what limits, and what to remember of it. */
export interface Registering {
  readonly registrant: Registrant;
  readonly createdBy: string | null;
  /** The account that registers the client, which must exist when the client is stored. */
  readonly creator?: string | undefined;
  readonly caps?: ClientCaps;
  /** Whether the caller may approve a scope. By default no scope is approved, and requested scopes are pending. */
  readonly mayGive?: (scope: string) => boolean;
  /** Checks the client before it is stored. An exception prevents that. */
  readonly inspect?: (client: ClientRecord) => void;
  readonly note?: Note<ClientRecord>;
}

/** Who changes a client, with checks and the audit event. */
export interface Revising {
  readonly registrant: Registrant;
  readonly modifiedBy: string | null;
  /** Whether the caller may approve a scope. By default no scope is approved, and requested scopes are pending. */
  readonly mayGive?: (scope: string) => boolean;
  /** Checks the client in the transaction of the change. An exception leaves it unchanged. */
  readonly inspect?: (client: ClientRecord) => void;
  /** Returns the changes to apply to the client, or throws. */
  readonly settle?: (client: ClientRecord, changes: ClientChanges) => ClientChanges;
  readonly note?: Note<ClientRecord>;
}

export interface Registration {
  /**
   * Makes a client, which is still to be stored.
   *
   * @throws ClientMetadataError where its fields do not go together
   */
  prepare(metadata: NewClient, registrant: Registrant): Promise<RegisteredClient>;
  /**
   * @returns `idTaken` where the chosen `client_id` is in use, `creatorFull` or `full` where a cap is reached
   * @throws ClientMetadataError where its fields do not go together
   * @throws OwnerGone where the creator is not there any more
   */
  register(
    metadata: NewClient,
    registering: Registering,
  ): Promise<RegisteredClient | 'idTaken' | 'creatorFull' | 'full'>;
  /**
   * Makes a change, which is still to be stored.
   *
   * @param client as it was read
   * @throws ClientMetadataError where its fields would not go together any more
   */
  revise(client: ClientRecord, changes: ClientChangesInput, registrant: Registrant): Promise<Revision>;
  /** @throws ClientMetadataError where the client's fields would not go together any more */
  update(id: string, changes: ClientChangesInput, revising: Revising): Promise<ClientRecord | 'missing'>;
}

export interface RegistrationDependencies extends RevisionDependencies {
  readonly clients: ClientStore;
  readonly scopes: ScopeCatalogue;
  readonly random: Random;
  /** Seals the secrets of clients that sign with them. */
  readonly secrets: Sealer;
  readonly policy: ProtocolPolicy;
  /** The public exponents that RSA keys may have. */
  readonly rsaExponents: readonly number[];
  readonly signing: SigningPolicy;
}

/** A client that is still to be made has none and waits for none. */
const NO_SCOPES: ClientScopes = { scopes: [], scopeRequests: [] };

const nothing = () => false;

export function createRegistration(dependencies: RegistrationDependencies): Registration {
  const { clients, scopes, clock, random, secrets, readSector, policy, logos, rsaExponents, signing } =
    dependencies;
  const { settleFields } = dependencies;

  const prepare: Registration['prepare'] = async (metadata, registrant) => {
    refuseExponents(metadata.jwks, rsaExponents);
    refuseUnusedAlgorithms(metadata, signing);
    const method = metadata.token_endpoint_auth_method;
    const { secret, secretHash, sealedSecret } = newSecret(method, random, secrets);
    const now = clock();
    const grantTypes = metadata.grant_types ?? defaultGrantTypes(policy);
    const client: ClientRecord = {
      id: metadata.client_id ?? randomUUID(),
      name: metadata.name,
      secretHash,
      sealedSecret,
      authenticationMethod: method,
      redirectUris: metadata.redirect_uris ?? [],
      grantTypes,
      responseTypes: metadata.response_types ?? defaultResponseTypes(grantTypes),
      scopes: metadata.scopes,
      accessTokenFormat: metadata.access_token_format,
      idTokenAlgorithm: metadata.id_token_signed_response_alg ?? signing.idTokenDefault,
      audience: metadata.audience,
      compatibility: settingsOf(metadata.compatibility),
      metadata: mergeMetadata({}, settleFields({}, metadata)),
      enabled: true,
      isSuspended: false,
      createdBy: null,
      modifiedBy: null,
      previousSecret: null,
      // An ID may be chosen again after its app was deleted: what was issued to that one is of another version.
      credentialsVersion: random(4).readUInt32BE(),
      scopeRequests: [],
      createdAt: now,
      updatedAt: now,
    };
    refuseProblems(client);
    refuseForbiddenMetadata(policy, registrant, undefined, client);
    const { sector_identifier_uri: sector } = client.metadata;
    if (sector !== undefined) refuseUnlisted(client.redirectUris, await readSector(sector));
    return { client, secret };
  };

  const revise: Registration['revise'] = async (client, changes, registrant) => {
    refuseExponents(changes.jwks, rsaExponents);
    refuseUnusedAlgorithms(changes, signing);
    const revision = await prepareRevision(client, changes, dependencies);
    return (current) => {
      const revised = revision(current);
      refuseForbiddenMetadata(policy, registrant, current, { ...current, ...revised });
      return revised;
    };
  };

  return {
    prepare,
    revise,
    async register(
      metadata,
      { registrant, createdBy, creator, caps = {}, mayGive = nothing, inspect, note },
    ) {
      const prepared = await prepare(metadata, registrant);
      inspect?.(prepared.client);
      const { grantTypes } = prepared.client;
      const asked = scopesAskedFor(metadata.scopes, grantTypes);
      const catalogue = await scopes.consult(asked);
      const giver = { mayGive, id: createdBy, now: clock() };
      const divided = splitScopes(asked, NO_SCOPES, grantTypes, catalogue, giver);
      const pictured = withLogoAddress(prepared.client, metadata, logos);
      const client = { ...pictured.client, ...divided, createdBy, modifiedBy: createdBy };
      const outcome = await clients.create(client, { caps, creator, logo: pictured.logo, note });
      return outcome === 'created' ? { client, secret: prepared.secret } : outcome;
    },
    async update(
      id,
      changes,
      { registrant, modifiedBy, mayGive = nothing, inspect, settle = (_, asked) => asked, note },
    ) {
      const client = await clients.find(id);
      if (client === undefined) return 'missing';
      // What would be refused anyhow is worth no call to another server.
      inspect?.(client);
      const revision = await revise(client, changes, registrant);
      const catalogue = await scopes.consult(changes.scopes ?? []);
      const giver = { mayGive, id: modifiedBy, now: clock() };
      const change = (current: ClientRecord) => {
        inspect?.(current);
        const settled = settle(current, revision(current));
        const { grantTypes } = { ...current, ...settled };
        const divided =
          settled.scopes === undefined
            ? {}
            : splitScopes(settled.scopes, current, grantTypes, catalogue, giver);
        refuseUnapprovedGrantTypes(current, { ...current, ...divided, grantTypes }, mayGive);
        return { ...settled, ...divided, ...(modifiedBy === null ? {} : { modifiedBy }) };
      };
      return clients.update(id, change, note);
    },
  };
}
