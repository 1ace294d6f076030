import { randomUUID } from 'node:crypto';
import type { Random } from '../crypto/random.js';
import type { Sealer } from '../crypto/seal.js';
import {
  type ClientScopes,
  refuseUnapprovedGrantTypes,
  requestedScopes,
  splitScopes,
} from '../scopes/approval.js';
import type { ScopeCatalogue } from '../scopes/scope-catalogue.js';
import type { ClientCaps, ClientChanges, ClientRecord, ClientStore, Note } from '../storage/ports/index.js';
import { type BrandingPolicy, refuseBranding } from './app-brand.js';
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

/** A client with its secret. Only the response that creates the secret has it. */
export interface RegisteredClient {
  readonly client: ClientRecord;
  /** Undefined for a public client. */
  readonly secret: string | undefined;
}

/** Who registers a client, the limits that apply, and the audit event. */
export interface RegistrationContext {
  readonly registrant: Registrant;
  readonly createdBy: string | null;
  /** The account that registers the client, which must exist when the client is stored. */
  readonly creator?: string | undefined;
  readonly caps?: ClientCaps;
  /** Whether the caller may approve a scope. By default no scope is approved, and requested scopes are pending. */
  readonly mayApprove?: (scope: string) => boolean;
  /** Checks the client before it is stored. An exception prevents that. */
  readonly inspect?: (client: ClientRecord) => void;
  readonly note?: Note<ClientRecord>;
}

/** Who changes a client, with checks and the audit event. */
export interface RevisionContext {
  readonly registrant: Registrant;
  readonly modifiedBy: string | null;
  /** Whether the caller may approve a scope. By default no scope is approved, and requested scopes are pending. */
  readonly mayApprove?: (scope: string) => boolean;
  /** Checks the client in the transaction of the change. An exception leaves it unchanged. */
  readonly inspect?: (client: ClientRecord) => void;
  /** Returns the changes to apply to the client, or throws. */
  readonly adjust?: (client: ClientRecord, changes: ClientChanges) => ClientChanges;
  readonly note?: Note<ClientRecord>;
}

export interface Registration {
  /**
   * Creates the record of a client without storing it.
   *
   * @throws ClientMetadataError if its fields contradict each other
   */
  prepare(metadata: NewClient, registrant: Registrant): Promise<RegisteredClient>;
  /**
   * @returns `idTaken` if the chosen `client_id` is in use, `creatorFull` or `full` if a limit is reached
   * @throws ClientMetadataError if its fields contradict each other
   * @throws OwnerGone if the creator was deleted
   */
  register(
    metadata: NewClient,
    registering: RegistrationContext,
  ): Promise<RegisteredClient | 'idTaken' | 'creatorFull' | 'full'>;
  /**
   * Creates a change of a client without storing it.
   *
   * @param client as it was read
   * @throws ClientMetadataError if the changed fields would contradict each other
   */
  revise(client: ClientRecord, changes: ClientChangesInput, registrant: Registrant): Promise<Revision>;
  /** @throws ClientMetadataError if the changed fields would contradict each other */
  update(
    id: string,
    changes: ClientChangesInput,
    revising: RevisionContext,
  ): Promise<ClientRecord | 'missing'>;
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
  readonly branding: BrandingPolicy;
}

/** A new client has no approved and no pending scopes. */
const NO_SCOPES: ClientScopes = { scopes: [], scopeRequests: [] };

const nothing = () => false;

export function createRegistration(dependencies: RegistrationDependencies): Registration {
  const { clients, scopes, clock, random, secrets, readSector, policy, logos, rsaExponents, signing } =
    dependencies;
  const { branding, resolveFieldNames } = dependencies;

  const prepare: Registration['prepare'] = async (metadata, registrant) => {
    refuseExponents(metadata.jwks, rsaExponents);
    refuseUnusedAlgorithms(metadata, signing);
    refuseBranding(metadata, branding);
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
      metadata: mergeMetadata({}, resolveFieldNames({}, metadata)),
      enabled: true,
      isSuspended: false,
      createdBy: null,
      modifiedBy: null,
      previousSecret: null,
      // A chosen ID may be used again after its app was deleted. The version tells the tokens of the two apps apart.
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
    refuseBranding(changes, branding);
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
      { registrant, createdBy, creator, caps = {}, mayApprove = nothing, inspect, note },
    ) {
      const prepared = await prepare(metadata, registrant);
      inspect?.(prepared.client);
      const { grantTypes } = prepared.client;
      const asked = requestedScopes(metadata.scopes, grantTypes);
      const catalogue = await scopes.consult(asked);
      const approver = { mayApprove, id: createdBy, now: clock() };
      const divided = splitScopes(asked, NO_SCOPES, grantTypes, catalogue, approver);
      const pictured = withLogoAddress(prepared.client, metadata, logos);
      const client = { ...pictured.client, ...divided, createdBy, modifiedBy: createdBy };
      const outcome = await clients.create(client, { caps, creator, logo: pictured.logo, note });
      return outcome === 'created' ? { client, secret: prepared.secret } : outcome;
    },
    async update(
      id,
      changes,
      { registrant, modifiedBy, mayApprove = nothing, inspect, adjust = (_, asked) => asked, note },
    ) {
      const client = await clients.find(id);
      if (client === undefined) return 'missing';
      // Refused changes cause no request to another server.
      inspect?.(client);
      const revision = await revise(client, changes, registrant);
      const catalogue = await scopes.consult(changes.scopes ?? []);
      const approver = { mayApprove, id: modifiedBy, now: clock() };
      const change = (current: ClientRecord) => {
        inspect?.(current);
        const adjusted = adjust(current, revision(current));
        const { grantTypes } = { ...current, ...adjusted };
        const divided =
          adjusted.scopes === undefined
            ? {}
            : splitScopes(adjusted.scopes, current, grantTypes, catalogue, approver);
        refuseUnapprovedGrantTypes(current, { ...current, ...divided, grantTypes }, mayApprove);
        return { ...adjusted, ...divided, ...(modifiedBy === null ? {} : { modifiedBy }) };
      };
      return clients.update(id, change, note);
    },
  };
}
