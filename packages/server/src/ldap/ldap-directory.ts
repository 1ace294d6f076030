import { BusyError, type Entry, ResultCodeError, UnavailableError } from 'ldapts';
import { type Directory, DirectoryUnavailable, type DirectoryUser } from '../accounts/directory-sign-in.js';
import { type Random, randomId } from '../crypto/random.js';
import type { FairQueue } from '../throttling/fair-queue.js';
import type { LdapConnection } from './ldap-connection.js';
import type { LdapConnections } from './ldap-connections.js';
import { DN, fillFilter, hasLogin, LOGIN, loginAttributesOf } from './ldap-filter.js';
import type { LdapSettings } from './ldap-settings.js';

/** A group of a user. */
interface Group {
  readonly name: string;
  readonly dn: string;
}

/** Whether a group is the one that the operator named, by its name or by its DN. */
function isNamed(wanted: string): (group: Group) => boolean {
  const normal = (dn: string) =>
    dn
      .toLowerCase()
      .replaceAll(/\s*([,=])\s*/g, '$1')
      .trim();
  return wanted.includes('=') ? ({ dn }) => normal(dn) === normal(wanted) : ({ name }) => name === wanted;
}

/** The longest login and password that are sent. */
const MOST_CHARACTERS = 512;

/** The most groups of one user that are read. */
const MOST_GROUPS = 500;

export interface LdapDependencies {
  readonly settings: LdapSettings;
  readonly connections: LdapConnections;
  /** Limits the connections. A slow directory delays its own users only. */
  readonly queue: FairQueue;
  readonly random: Random;
  /** Called when the directory does not respond, or refuses Grantor. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * A directory that is reached by LDAP (RFC 4511). A service account finds the entry of the user; then a bind as the user
 * verifies the password.
 */
export function createLdapDirectory(dependencies: LdapDependencies): Directory {
  const { settings, connections, queue, random, onFailure } = dependencies;
  const { attributes } = settings;
  const loginAttributes = loginAttributesOf(settings.userFilter);

  async function findUser(connection: LdapConnection, login: string): Promise<Entry | undefined> {
    const entries = await connection.search({
      base: settings.baseDn,
      filter: fillFilter(settings.userFilter, LOGIN, login),
      attributes: [
        ...new Set([
          attributes.subject,
          ...Object.values(attributes.claims),
          ...loginAttributes.map(({ name }) => name),
        ]),
      ],
      binary: attributes.subject,
      limit: 2,
    });
    const [entry] = entries;
    // A login that means two users means none.
    if (entry === undefined || entries.length > 1) return undefined;
    return hasLogin(loginAttributes, (name) => textsIn(entry, name), login) ? entry : undefined;
  }

  async function groupsOf(connection: LdapConnection, dn: string): Promise<readonly Group[] | undefined> {
    if (settings.groups === undefined) return undefined;
    // The user may not be allowed to search.
    await connection.bind(settings.bindDn, settings.bindPassword);
    const entries = await connection.search({
      base: settings.groups.baseDn,
      filter: fillFilter(settings.groups.filter, DN, dn),
      attributes: [attributes.group],
      limit: MOST_GROUPS,
    });
    return entries.flatMap((entry) => {
      const name = textIn(entry, attributes.group);
      return name === undefined ? [] : [{ name, dn: entry.dn }];
    });
  }

  async function authenticate(login: string, password: string): Promise<DirectoryUser | undefined> {
    return connections.use(async (connection) => {
      const entry = await findUser(connection, login);
      // An unknown login takes a bind too, as a DN that does not exist.
      const dn = entry?.dn ?? `cn=${randomId(random)},${settings.baseDn}`;
      const isProven = await bindsAs(connection, dn, password);
      const subject = entry && subjectIn(entry, attributes.subject);
      if (!isProven || entry === undefined || subject === undefined) return undefined;
      const groups = await groupsOf(connection, entry.dn);
      const { administrators } = settings.groups ?? {};
      return {
        subject,
        claims: claimsIn(entry, attributes.claims),
        groups: groups && [...new Set(groups.map(({ name }) => name))],
        isAdmin: administrators === undefined ? undefined : groups?.some(isNamed(administrators)),
      };
    });
  }

  return {
    async authenticate(login, password, { lane, isKnown }) {
      // RFC 4513 §5.1.2: a bind with an empty password always succeeds, as anonymous.
      if (login.trim() === '' || password === '') return undefined;
      if (login.length > MOST_CHARACTERS || password.length > MOST_CHARACTERS) return undefined;
      return queue.run(lane, isKnown, async () => {
        try {
          return await authenticate(login, password);
        } catch (error) {
          onFailure(error);
          throw new DirectoryUnavailable('The directory is not available', { cause: error });
        }
      });
    },
  };
}

/** @throws Error if the directory is not available */
async function bindsAs(connection: LdapConnection, dn: string, password: string): Promise<boolean> {
  try {
    await connection.bind(dn, password);
    return true;
  } catch (error) {
    if (error instanceof BusyError || error instanceof UnavailableError) throw error;
    // Wrong password, locked, expired: the directory says no.
    if (error instanceof ResultCodeError) return false;
    throw error;
  }
}

/** The ID as text. Active Directory has bytes. */
function subjectIn(entry: Entry, name: string): string | undefined {
  const [value] = [attributeIn(entry, name)].flat();
  if (value === undefined || value.length === 0) return undefined;
  if (typeof value === 'string') return value;
  return /^object(?:guid|sid)$/i.test(name) ? value.toString('hex') : value.toString('utf8');
}

function claimsIn(entry: Entry, names: Readonly<Record<string, string>>): Record<string, unknown> {
  const claims = Object.entries(names).map(([claim, name]) => [claim, textIn(entry, name)] as const);
  const found = Object.fromEntries(claims.filter(([, value]) => value !== undefined));
  // The addresses of a directory are given out by its operator.
  return found.email === undefined ? found : { ...found, email_verified: true };
}

/** The first value of an attribute as text. */
function textIn(entry: Entry, name: string): string | undefined {
  return textsIn(entry, name)[0] || undefined;
}

/** All values of an attribute as text. */
function textsIn(entry: Entry, name: string): readonly string[] {
  return [attributeIn(entry, name) ?? []].flat().map((value) => value.toString());
}

/** Directories write the names of attributes in their own case (RFC 4512 §2.5). */
function attributeIn(entry: Entry, name: string): Entry[string] | undefined {
  const wanted = name.toLowerCase();
  return Object.entries(entry).find(([each]) => each.toLowerCase() === wanted)?.[1];
}
