/** The sign-in page of one browser, whose form can be sent as often as wanted, from any address behind a proxy. */
export interface SignInForm {
  /** @param address what the trusted proxy in front says */
  send(address: string, username: string, password: string): Promise<SignInResult>;
}

export interface SignInResult {
  readonly status: number;
  /** From sending the form until the response was read. */
  readonly seconds: number;
  readonly retryAfter: string | null;
  /** The cookies that the response sets, as a Cookie header. */
  readonly cookies: string;
}

/** @param known cookies that the browser has from an earlier sign-in */
export async function openSignInForm(port: number, address: string, known = ''): Promise<SignInForm> {
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
        headers: { 'x-forwarded-for': from, cookie, connection: 'close' },
        body: new URLSearchParams({ csrf_token: token, username, password }),
      });
      await response.arrayBuffer();
      return {
        status: response.status,
        seconds: (performance.now() - start) / 1000,
        retryAfter: response.headers.get('retry-after'),
        cookies: cookiesOf(response),
      };
    },
  };
}

function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((text) => text.split(';', 1)[0])
    .join('; ');
}

/** Runs the work so many times, with so many at once. */
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
