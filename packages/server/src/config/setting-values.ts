import { isIP, isIPv4, isIPv6 } from 'node:net';
import { isLoopbackHost } from '@grantor/protocol';
import { z } from 'zod';

/** A name or address of a host, an IPv6 one in brackets, with or without a port. */
const HOST = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;
/** A path that needs no encoding in URLs, cookies and routes. */
const ISSUER_PATH = /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~-]+)*$/;
/** The usual exponent of RSA keys, and the largest that is accepted. */
export const USUAL_EXPONENT = 65_537;
const EXPONENTS = `must be odd whole numbers from 3 to ${USUAL_EXPONENT}, with commas`;

export const YEAR_SECONDS = 365 * 86_400;

/** A whole number, in decimal digits. */
export function whole(least: number, most: number, what = 'a whole number') {
  const words = `must be ${what} from ${least} to ${most}`;
  const digits = z.coerce.string().regex(/^\d{1,10}$/, words);
  return digits.transform(Number).pipe(z.number().min(least, words).max(most, words));
}

export const seconds = (most: number, least = 1) => whole(least, most, 'a whole number of seconds');

/** One of these words. */
export function oneOf<const Values extends readonly string[]>(...values: Values) {
  const words = values.length === 2 ? values.join(' or ') : `one of ${values.join(', ')}`;
  return z.enum(values, `must be ${words}`);
}

/** A list in one variable, separated by commas or spaces. */
export function list<Items extends z.ZodType>(items: Items) {
  return z.preprocess(
    (value) => (typeof value === 'string' ? value.split(/[\s,]+/).filter((item) => item !== '') : value),
    items,
  );
}

/** A list in one variable, separated by commas. */
function withCommas<Items extends z.ZodType>(items: Items) {
  return z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value),
    items,
  );
}

export const hosts = withCommas(
  z.array(z.string().regex(HOST, 'must be hosts such as jwks.internal or jwks.internal:8443, with commas')),
);

export const dnsServers = withCommas(
  z.array(
    z.string().refine(isDnsServer, 'must be IP addresses such as 10.0.0.53 or [fd00::53]:5353, with commas'),
  ),
);

/** Public exponents of RSA keys. */
export const rsaExponents = withCommas(
  z
    .array(
      z.coerce
        .number(EXPONENTS)
        .int(EXPONENTS)
        .min(3, EXPONENTS)
        .max(USUAL_EXPONENT, EXPONENTS)
        .refine((exponent) => exponent % 2 === 1, EXPONENTS),
    )
    .min(1, EXPONENTS),
);

export const databaseUrl = z
  .string()
  .refine(
    isDatabaseUrl,
    'must be sqlite:./data/grantor.db, with a file of your choice, or postgres://user:password@host/database',
  );

export const issuer = z.string().refine((value) => issuerProblem(value) === undefined, {
  error: (issue) => issuerProblem(String(issue.input)) ?? '',
});

/** A page of the operator, to which browsers are sent with parameters in the query. */
export const ownPage = z
  .string()
  .refine(
    isOwnPage,
    'must be an https URL without a fragment, such as https://example.com/sign-in; plain http is for localhost only',
  );

function isOwnPage(value: string): boolean {
  const url = URL.parse(value);
  if (url === null || value.includes('#') || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname));
}

/** An IP address with or without a port; an IPv6 one with a port is in brackets. */
function isDnsServer(server: string): boolean {
  if (isIP(server) !== 0) return true;
  const [, six, four, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(server) ?? [];
  const isAddress = six === undefined ? isIPv4(four ?? '') : isIPv6(six);
  return isAddress && (port === undefined || (Number(port) >= 1 && Number(port) <= 65_535));
}

function isDatabaseUrl(url: string): boolean {
  return /^sqlite:./i.test(url) || (/^postgres(ql)?:\/\/./i.test(url) && URL.canParse(url));
}

/** RFC 8414 §2: https, no query, no fragment; plain http for this machine only. */
function issuerProblem(value: string): string | undefined {
  const url = URL.parse(value);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return 'must be an https URL such as https://login.example.com';
  }
  if (value.includes('?') || value.includes('#')) return 'must have no query and no fragment';
  if (url.username !== '' || url.password !== '') return 'must have no user name or password';
  if (value.endsWith('/')) return 'must not end with a slash';
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
    return 'must use https; plain http is for localhost only';
  }
  const [, path = ''] = /^https?:\/\/[^/]*(.*)$/i.exec(value) ?? [];
  if (!ISSUER_PATH.test(path)) return 'must have a plain path, such as /auth, or none';
  return undefined;
}
