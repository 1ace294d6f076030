/** The sign-in page of one browser, whose form can be sent as often as wanted, from any address behind a proxy. */
export interface SignInForm {
  /** @param address the client address that the trusted proxy sends */
  send(address: string, username: string, password: string): Promise<SignInResult>;
}

export interface SignInResult {
  /** 0 if the connection was lost, which happens when very many are opened at once. */
  readonly status: number;
  /** From sending the form until the response was read. */
  readonly seconds: number;
  /** The cookies that the response sets, as a Cookie header. */
  readonly cookies: string;
}

const LOST = 0;

export interface SignInFormOptions {
  /** Cookies that the browser has from an earlier sign-in. */
  readonly known?: string;
  /** Whether connections are reused, which is faster. Default: a new connection for each attempt. */
  readonly keepAlive?: boolean;
}

export async function openSignInForm(
  port: number,
  address: string,
  { known = '', keepAlive = false }: SignInFormOptions = {},
): Promise<SignInForm> {
  const url = `http://127.0.0.1:${port}/signin`;
  const page = await fetch(url, { headers: { 'x-forwarded-for': address } });
  const token = /name="csrf_token" value="([^"]+)"/.exec(await page.text())?.[1] ?? '';
  const cookie = [cookiesOf(page), known].filter((text) => text !== '').join('; ');
  return {
    async send(from, username, password) {
      const start = performance.now();
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'x-forwarded-for': from, cookie, ...(keepAlive ? {} : { connection: 'close' }) },
        body: new URLSearchParams({ csrf_token: token, username, password }),
      }).catch(() => undefined);
      if (response === undefined) return { status: LOST, seconds: secondsSince(start), cookies: '' };
      await response.arrayBuffer().catch(() => undefined);
      return { status: response.status, seconds: secondsSince(start), cookies: cookiesOf(response) };
    },
  };
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}

function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((text) => text.split(';', 1)[0])
    .join('; ');
}

/** Runs the work a number of times, with a number of concurrent runs. */
export async function inParallel(
  times: number,
  atOnce: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let index = next++; index < times; index = next++) await work(index);
    }),
  );
}
