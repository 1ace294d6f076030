import { z } from 'zod';

/** An address without spaces and without characters that separate addresses in headers. */
const ADDRESS = /^[^\s@<>(),;:"[\]\\]+@[^\s@<>(),;:"[\]\\]+$/;

const SMTP_URL = 'must be smtp://user:password@host:587 or smtps://user:password@host:465';
const FROM = 'must be an email address such as no-reply@example.com, or Example <no-reply@example.com>';

/** The mail server: `smtp:` with STARTTLS, or `smtps:`. `?tls=optional` allows a connection without TLS. */
export const smtpUrl = z.string().refine(isSmtpUrl, SMTP_URL);

/** The sender of mails. */
export const mailFrom = z.string().refine((text) => readMailFrom(text) !== undefined, FROM);

const BREACHED = 'must be off, a URL such as https://api.pwnedpasswords.com/range, or file:/path/of/a/list';

/** A list of stolen passwords. */
export const breachedPasswords = z
  .string()
  .refine(
    (text) => text === 'off' || /^file:./.test(text) || /^https?:$/.test(URL.parse(text)?.protocol ?? ''),
    BREACHED,
  );

/** The name and the address of a sender; undefined if the text is neither form. */
export function readMailFrom(text: string): { name: string; address: string } | undefined {
  const [, name = '', address = text] = /^([^<>]*?)\s*<([^<>]+)>$/.exec(text) ?? [];
  return ADDRESS.test(address) && !/\p{Cc}/u.test(name) ? { name, address } : undefined;
}

function isSmtpUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === '') return false;
  if (url.hash !== '' || !/^\/?$/.test(url.pathname)) return false;
  return [...url.searchParams].every(
    ([name, value]) => name === 'tls' && /^(?:required|optional)$/.test(value),
  );
}
