import { isLoopbackHost } from '@grantor/protocol';
import { z } from 'zod';

/** The standard claims that attributes of a directory can become, with `subject` and `group`. */
const targets = [
  'subject',
  'group',
  'preferred_username',
  'email',
  'name',
  'given_name',
  'family_name',
  'middle_name',
  'nickname',
  'locale',
  'zoneinfo',
  'phone_number',
] as const;

export const ldapUrl = z.string().refine((value) => {
  const url = URL.parse(value);
  const isLdap = url !== null && ['ldap:', 'ldaps:'].includes(url.protocol) && url.hostname !== '';
  return isLdap && url.username === '' && (url.pathname === '' || url.pathname === '/') && url.search === '';
}, 'must be ldaps://host or ldap://host, with or without a port');

/** Whether passwords would cross a network without encryption. */
export function isPlainLdap(url: string, startTls: 'on' | 'off'): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'ldap:' && startTls === 'off' && !isLoopbackHost(hostname);
}

/** A filter with the place of a value. Its brackets must match, so that a typing error is found at the start. */
export const ldapFilter = (place: string) =>
  z.string().refine((value) => {
    const [open, close] = [value.split('(').length, value.split(')').length];
    return value.startsWith('(') && value.endsWith(')') && open === close && value.includes(place);
  }, `must be a filter in brackets with ${place}`);

const PAIR = /^([a-z_]+)=([A-Za-z][A-Za-z0-9.-]*)$/;

/** The attributes of OpenLDAP with inetOrgPerson (RFC 2798). */
export const DEFAULT_LDAP_ATTRIBUTES = {
  subject: 'entryUUID',
  group: 'cn',
  preferred_username: 'uid',
  email: 'mail',
  name: 'cn',
  given_name: 'givenName',
  family_name: 'sn',
};

/** `subject=entryUUID,email=mail`: claims with the attributes that they come from, besides the defaults. */
export const ldapAttributes = z.preprocess(
  (value) => (typeof value === 'string' ? readPairs(value) : value),
  z
    .partialRecord(z.enum(targets), z.string().regex(/^[A-Za-z][A-Za-z0-9.-]*$/), {
      error: `must be pairs such as email=mail, with commas. The names are ${targets.join(', ')}`,
    })
    .transform((pairs) => ({ ...DEFAULT_LDAP_ATTRIBUTES, ...pairs })),
);

/** Text that is no pair becomes a name that the check refuses. */
function readPairs(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(/[\s,]+/).filter((pair) => pair !== '');
  return Object.fromEntries(pairs.map((pair) => [PAIR.exec(pair)?.[1] ?? '', PAIR.exec(pair)?.[2] ?? '']));
}
