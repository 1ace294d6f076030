import type { Clock } from '../crypto/clock.js';
import { ClientMetadataError } from '../protocol/index.js';
import type {
  ClientChanges,
  ClientMetadata,
  ClientRecord,
  CompatibilitySetting,
} from '../storage/ports/index.js';
import { ineffectiveSettings } from './compatibility.js';
import { type LogoAddresses, resolveLogo } from './logo-address.js';
import { mergeMetadata, type ResolveFieldNames } from './metadata/fields.js';
import { metadataProblems } from './metadata/rules.js';
import type { ClientChangesInput, NewClient } from './metadata.js';
import { credentialKinds } from './secret.js';
import { refuseUnlisted, type SectorReader } from './sector-identifier.js';

/** Returns what to write, from the client at the time of the write. Throws ClientMetadataError. */
export type Revision = (client: ClientRecord) => ClientChanges;

export interface RevisionDependencies {
  readonly clock: Clock;
  readonly readSector: SectorReader;
  readonly logos: LogoAddresses;
  readonly resolveFieldNames: ResolveFieldNames;
}

/**
 * Prepares a change and fetches the documents that it needs, before the transaction.
 *
 * @param before the client as it was read, which decides what to fetch
 * @throws ClientMetadataError if the sector document cannot be read
 */
export async function prepareRevision(
  before: ClientRecord,
  input: ClientChangesInput,
  dependencies: RevisionDependencies,
): Promise<Revision> {
  const { readSector } = dependencies;
  const sector = sectorOf(before, { ...before, ...changesOf(before, input, dependencies) });
  const listed = sector === undefined ? [] : await readSector(sector);
  return (client) => {
    refuseOtherCredentials(client, input);
    const changes = changesOf(client, input, dependencies);
    const after = { ...client, ...changes };
    refuseProblems(after, client);
    const needed = sectorOf(client, after);
    if (needed !== undefined) {
      // The client has changed since it was read, so another sector document is needed.
      refuseUnlisted(after.redirectUris, needed === sector ? listed : []);
    }
    return changes;
  };
}

/**
 * @param before the client before a change; undefined for a new one
 * @throws ClientMetadataError if the client's fields contradict each other
 */
export function refuseProblems(client: ClientRecord, before?: ClientRecord): void {
  const problems = [...metadataProblems(client), ...ineffectiveSettings(client, before)];
  if (problems.length > 0) throw new ClientMetadataError(problems);
}

export function settingsOf(input: NewClient['compatibility']): CompatibilitySetting[] {
  return Object.entries(input).flatMap(([name, on]) => (on === true ? [name as CompatibilitySetting] : []));
}

/** The sector document that must be read for this change, if it affects the sector. */
function sectorOf(before: ClientRecord, after: ClientRecord): string | undefined {
  const uri = after.metadata.sector_identifier_uri;
  const isSame =
    uri === before.metadata.sector_identifier_uri &&
    after.redirectUris.every((other) => before.redirectUris.includes(other));
  return isSame ? undefined : uri;
}

/** The kind of credentials never changes: the response to a change could not show a new secret. */
function refuseOtherCredentials(client: ClientRecord, input: ClientChangesInput): void {
  const method = input.token_endpoint_auth_method;
  if (method === undefined) return;
  if (credentialKinds[method] === credentialKinds[client.authenticationMethod]) return;
  const message = 'cannot change to a method with other credentials; register another app';
  throw new ClientMetadataError([{ field: 'token_endpoint_auth_method', message }]);
}

function changesOf(
  client: ClientRecord,
  sent: ClientChangesInput,
  { clock, logos, resolveFieldNames }: RevisionDependencies,
): ClientChanges {
  const { input, logo } = resolveLogo(client, sent, logos);
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
    metadata: verifiedOnlyIfSame(client, input, {
      name: input.name,
      redirectUris: input.redirect_uris,
      metadata: mergeMetadata(client.metadata, resolveFieldNames(client.metadata, input)),
      hasNewLogo: logo !== undefined,
    }),
    enabled: input.enabled,
    logo,
  };
  const given = Object.entries(named).filter(([, value]) => value !== undefined);
  // Both when it is disabled and when it is enabled: tokens that were issued during the first change end with the
  // second.
  const endsAccess = input.enabled !== undefined && input.enabled !== client.enabled;
  return { ...Object.fromEntries(given), updatedAt: clock(), ...(endsAccess ? { endsAccess } : {}) };
}

/**
 * The metadata after a change. What an administrator verified is what users see of the app, so that any change of it ends
 * the verification: otherwise a verified app could take another name.
 */
function verifiedOnlyIfSame(
  client: ClientRecord,
  input: ClientChangesInput,
  after: {
    readonly name: string | undefined;
    readonly redirectUris: readonly string[] | undefined;
    readonly metadata: ClientMetadata;
    readonly hasNewLogo: boolean;
  },
): ClientMetadata {
  const { verified, ...metadata } = after.metadata;
  if (verified !== true || input.verified === true) return after.metadata;
  const seen = (name: string, redirectUris: readonly string[], of: ClientMetadata) =>
    JSON.stringify([
      [name, redirectUris, of.publisher, of.client_uri, of.logo_uri, of.policy_uri, of.tos_uri],
      [of.accent_light, of.accent_dark, of.logo_style],
    ]);
  const isSame =
    !after.hasNewLogo &&
    seen(client.name, client.redirectUris, client.metadata) ===
      seen(after.name ?? client.name, after.redirectUris ?? client.redirectUris, metadata);
  return isSame ? after.metadata : metadata;
}
