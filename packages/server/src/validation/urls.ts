import { isLoopbackHost } from '@grantor/protocol';
import { z } from 'zod';
import { redirectUriProblem } from '../protocol/index.js';

const MAX_LENGTH = 2048;

function uri(problem: (value: string) => string | undefined) {
  return z.string().superRefine((value, context) => {
    const message = problem(value);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });
}

/** A redirect URI of the authorization endpoint, or a post-logout redirect URI. */
export const redirectUri = uri(redirectUriProblem);

/** A page that users may get a link to. Only http and https are safe: other schemes run code or start programs. */
export const pageUrl = uri(webUrlProblem);

/** The same. https:// is added to an address that begins with a domain name. */
export const anyPageUrl = z.string().transform(withScheme).pipe(pageUrl);

/** A redirect URI. https:// is added to one that begins with a domain name. */
export const anyRedirectUri = z.string().transform(withScheme).pipe(redirectUri);

/** The `Origin` that a browser sends (RFC 6454 §6.2), or that of an app such as claude://app. */
export const webOrigin = z
  .string()
  .max(MAX_LENGTH, `is longer than ${MAX_LENGTH} characters`)
  .transform((value, context) => {
    const origin = originOf(value);
    if (origin !== undefined) return origin;
    context.addIssue({
      code: 'custom',
      message:
        'must be a scheme (http, https or claude), a host and an optional port, such as https://app.example.com',
    });
    return z.NEVER;
  });

/** An address that Grantor or a browser calls: https, or http on loopback during development. */
export const endpointUrl = uri(endpointProblem);

/** An address to which others may send users: https everywhere. */
export const httpsUrl = uri(
  (value) => endpointProblem(value) ?? (new URL(value).protocol === 'https:' ? undefined : 'must use https'),
);

/** The address of a request object, which may have its hash as a fragment (OpenID Connect Core 1.0 §6.2). */
export const requestUri = uri((value) => endpointProblem(value.replace(/#[\w-]*$/, '')));

function endpointProblem(value: string): string | undefined {
  const problem = webUrlProblem(value);
  if (problem !== undefined) return problem;
  if (value.includes('#')) return 'must not have a fragment (#...)';
  const url = new URL(value);
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
    return 'must use https; plain http is for localhost only';
  }
  return undefined;
}

function webUrlProblem(value: string): string | undefined {
  if (value.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters`;
  // URL parsers silently drop or rewrite these, so the checked address would not be the used one.
  if (/[^\x21-\x7e]|[\\"<>^`{|}]/.test(value)) return 'contains characters that a URL cannot have';
  const url = URL.parse(value);
  if (url === null || !/^https?:\/\/[^/?#]/i.test(value)) {
    return 'must be a web address such as https://app.example.com/page';
  }
  if (url.username !== '' || url.password !== '' || /^[^/]+\/\/[^/?#]*@/.test(value)) {
    return 'must not have a user name or password (...@)';
  }
  return undefined;
}

function withScheme(value: string): string {
  const hasDomainFirst = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{1,5})?(?:[/?#]|$)/i.test(value);
  return value.length <= MAX_LENGTH && hasDomainFirst ? `https://${value}` : value;
}

/** An origin as browsers write it; undefined for anything else. */
function originOf(value: string): string | undefined {
  const found = /^(https?|claude):\/\/(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?\/?$/i.exec(value);
  const url = found === null ? null : URL.parse(value);
  if (url === null) return undefined;
  return url.protocol === 'claude:' ? `claude://${url.host.toLowerCase()}` : url.origin;
}
