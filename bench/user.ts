import { formPost, get, Wire } from './wire.ts';

/** Signs a user in and returns the cookies of the browser, as a Cookie header. */
export async function signIn(
  port: number,
  user: { readonly username: string; readonly password: string },
): Promise<string> {
  const wire = await Wire.open(port);
  const page = await wire.send(get('/signin', ''));
  const browser = cookieOf(page.head);
  const token = /name="csrf_token" value="([^"]+)"/.exec(page.body)?.[1] ?? '';
  const form = formPost('/signin', { ...user, csrf_token: token });
  const response = await wire.send(form.replace('\r\n', `\r\nCookie: ${browser}\r\n`));
  wire.close();
  return `${browser}; ${cookieOf(response.head)}`;
}

/** Allows the request once, so that later ones need no page. */
export async function consent(port: number, cookie: string, authorize: string): Promise<void> {
  const wire = await Wire.open(port);
  const { head } = await wire.send(get(authorize, cookie));
  const page = await wire.send(get(locationOf(head), cookie));
  const form = /<form[^>]*action="\/consent"[\s\S]*?<\/form>/g;
  const allow = (page.body.match(form) ?? []).find((text) => text.includes('id="allow"')) ?? '';
  const fields = [...allow.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(
    ([, name = '', value = '']) => [name, value] as const,
  );
  const post = formPost('/consent', { ...Object.fromEntries(fields), decision: 'allow' });
  const response = await wire.send(post.replace('\r\n', `\r\nCookie: ${cookie}\r\n`));
  wire.close();
  if (codeOf(response.head) === undefined) throw new Error(`consent was not given: ${response.head}`);
}

/** The address in the `Location` header of a response. */
export function locationOf(head: string): string {
  return /\r\nlocation: (\S+)/i.exec(head)?.[1] ?? '';
}

/** The authorization code in it, if there is one. */
export function codeOf(head: string): string | undefined {
  return new URL(locationOf(head), 'http://localhost').searchParams.get('code') ?? undefined;
}

function cookieOf(head: string): string {
  return [...head.matchAll(/\r\nset-cookie: ([^;\r]+)/gi)].map(([, pair]) => pair).join('; ');
}
