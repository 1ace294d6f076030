import { createHmac } from 'node:crypto';
import { type Random, randomSecret } from '../crypto/random.js';
import type { ClientRecord, DeploymentStore } from '../storage/ports/index.js';

/** The user as the subject of tokens. */
type Person = { readonly id: string };

/** The fields of a client that decide its sector. */
type SectorClient = Pick<ClientRecord, 'metadata' | 'redirectUris'>;

/**
 * The `sub` of a user for a client (OpenID Connect Core 1.0 §8). Every `sub` that the server sends comes from this
 * function.
 */
export type SubjectOf = (person: Person, client: SectorClient) => string;

/** The name of the salt among the deployment's values. */
const SALT = 'pairwise-subject-salt';

/**
 * The salt is generated once and stored in the database, not derived from `GRANTOR_SECRET`: the subjects of users must not
 * change with the secret.
 */
export async function createSubjects(
  deployment: Pick<DeploymentStore, 'keep'>,
  random: Random,
): Promise<SubjectOf> {
  const salt = await deployment.keep(SALT, randomSecret(random));
  return (person, client) => {
    if (client.metadata.subject_type !== 'pairwise') return person.id;
    // §8.1: from sector, local account and salt, by a function that cannot be reversed. No host has a NUL in it.
    return createHmac('sha256', salt)
      .update(`${sectorOf(client)}\0${person.id}`)
      .digest('base64url');
  };
}

/**
 * The sector identifier: the host of `sector_identifier_uri`, else the one host of the redirect URIs
 * (OpenID Connect Core 1.0 §8.1). An app scheme is its own sector: the text after it may look like the host of another
 * app.
 */
function sectorOf({ metadata, redirectUris }: SectorClient): string {
  const url = URL.parse(metadata.sector_identifier_uri ?? redirectUris[0] ?? '');
  if (url === null) return '';
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.hostname : url.protocol;
}
