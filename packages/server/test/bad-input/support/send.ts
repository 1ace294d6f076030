import { request } from 'node:http';
import { connect } from 'node:net';

/** What came back, as it was on the wire. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

export interface Sending {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
  /** Sends the body in chunks, so that its length is not announced. */
  readonly chunked?: boolean;
}

/**
 * Sends a request that no well-behaved client would: the path goes out as it is, and nothing is followed.
 *
 * @param path with its query, already encoded as the test wants it
 */
export function send(issuer: string, path: string, sending: Sending = {}): Promise<Reply> {
  const { method = 'GET', headers = {}, body, chunked = false } = sending;
  // Said in full, since Node frames no body of a DELETE by itself.
  const framing = chunked
    ? { 'transfer-encoding': 'chunked' }
    : { 'content-length': String(Buffer.byteLength(body ?? '')) };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: new URL(issuer).port,
        method,
        path,
        // The longest header that a test sends must meet our server's limit, not this client's.
        maxHeaderSize: 256 * 1024,
        headers: {
          ...(body === undefined ? {} : framing),
          ...Object.fromEntries(
            Object.entries(headers).map(([name, value]) => [
              name,
              typeof value === 'string' ? value : [...value],
            ]),
          ),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: headersOf(response.rawHeaders),
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    if (chunked && body !== undefined) {
      const bytes = Buffer.from(body);
      for (let at = 0; at < bytes.length; at += 8192) outgoing.write(bytes.subarray(at, at + 8192));
      outgoing.end();
    } else outgoing.end(body);
  });
}

/** Sends these bytes and returns all that came back until the server hung up. */
export function sendRaw(issuer: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(issuer).port), '127.0.0.1');
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
    socket.write(text, 'latin1');
  });
}

/** Sends these bytes and hangs up as soon as the server has had a chance to read them. */
export function hangUpAfter(issuer: string, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(issuer).port), '127.0.0.1', () => {
      socket.write(text, () => setTimeout(() => socket.destroy(), 20));
    });
    socket.on('close', () => resolve());
    socket.on('error', reject);
  });
}

/** The cookies that a reply sets, as a browser sends them back. */
export function cookiesOf(reply: Reply): string {
  return reply.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');
}

/** Follows redirects to our own pages, with the cookies that are set on the way. */
export async function follow(
  issuer: string,
  start: Reply,
  cookie = cookiesOf(start),
): Promise<{ readonly page: Reply; readonly cookie: string }> {
  const location = start.headers.get('location');
  if (location?.startsWith('/') !== true) return { page: start, cookie };
  const reply = await send(issuer, location, cookie === '' ? {} : { headers: { cookie } });
  const more = cookiesOf(reply);
  return follow(issuer, reply, more === '' ? cookie : `${cookie}; ${more}`);
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** Posts a form whose text is already encoded. */
export function postForm(
  issuer: string,
  path: string,
  body: string,
  headers: Sending['headers'] = {},
): Promise<Reply> {
  return send(issuer, path, { method: 'POST', headers: { ...FORM, ...headers }, body });
}

/** Posts JSON text, valid or not. */
export function postJson(
  issuer: string,
  path: string,
  body: string,
  headers: Sending['headers'] = {},
): Promise<Reply> {
  return send(issuer, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

/**
 * Encodes parameters, without encoding those values that a test has encoded itself.
 *
 * @param encoded values that go out as they are, over those of the same name in `parameters`; undefined leaves one out
 */
export function encodeForm(
  parameters: Readonly<Record<string, string>>,
  encoded: Readonly<Record<string, string | undefined>> = {},
): string {
  const all: Record<string, string | undefined> = {
    ...Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [name, encodeURIComponent(value)]),
    ),
    ...encoded,
  };
  return Object.entries(all)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]))
    .join('&');
}

function headersOf(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let at = 0; at + 1 < raw.length; at += 2) headers.append(raw[at] ?? '', raw[at + 1] ?? '');
  return headers;
}
