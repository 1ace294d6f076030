import { createHmac } from 'node:crypto';
import { type Random, randomSecret } from '../crypto/random.js';
import type { ClientRecord, DeploymentStore } from '../storage/ports/index.js';

/** What is known of a person where their `sub` is needed. */
type Person = { readonly id: string };

/** What decides a client's sector. */
type SectorClient = Pick<ClientRecord, 'metadata' | 'redirectUris'>;

/**
 * The `sub` by which a client knows a person (OpenID Connect Core 1.0 §8). Whatever leaves the server with a
 * `sub` in it asks this function.
 */
export type SubjectOf = (person: Person, client: SectorClient) => string;

/** The name of the salt among the deployment's values. */
const SALT = 'pairwise-subject-salt';

/**
 * The salt is made once and kept in the database, not derived from `GRANTOR_SECRET`: when that changes,
 * people must stay who they are to every app.
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
 * (OpenID Connect Core 1.0 §8.1). An app scheme stands for itself: what follows it may look like anybody's host,
 * and would let an app into the sector there.
 */
function sectorOf({ metadata, redirectUris }: SectorClient): string {
  const url = URL.parse(metadata.sector_identifier_uri ?? redirectUris[0] ?? '');
  if (url === null) return '';
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.hostname : url.protocol;
}
