import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The origin in the settings of the apps under test. They listen on another port. */
export const ORIGIN = 'http://localhost:4242';

export type Environment = Readonly<Record<string, string>>;

/** A running sample app. */
export interface RunningSample {
  /** The address that it listens on. */
  readonly address: string;
  /** Everything that it printed so far. */
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}

/** An API whose response tests choose. */
export class FilesApi {
  readonly #server = createServer((request, response) => {
    this.authorizations.push(request.headers.authorization);
    const { status, body } = this.reply;
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  readonly authorizations: (string | undefined)[] = [];
  reply = FilesApi.usual();

  static usual(): { status: number; body: string } {
    const files = [
      { id: 'f1', name: 'Budget.xlsx', size: 48_213, modified: '2026-03-02T09:14:00Z' },
      { id: 'f2', name: '<b>Plan</b>.pdf', size: 1_204_877, modified: '2026-02-21T17:40:00Z' },
    ];
    return { status: 200, body: JSON.stringify({ files }) };
  }

  /** @returns its address */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
  }
}

/** A response as a visitor sees it. */
export interface PageResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A minimal browser: it keeps cookies, and does not follow redirects. */
export class Visitor {
  readonly #address: string;
  readonly cookies = new Map<string, string>();
  /** Everything that was shown. */
  seen = '';

  constructor(sample: RunningSample) {
    this.#address = sample.address;
  }

  async get(path: string): Promise<PageResponse> {
    return this.#send(path, { method: 'GET' });
  }

  /** Sends a form of the app, or of another site with other headers. */
  async post(path: string, headers: Record<string, string> = { origin: ORIGIN }): Promise<PageResponse> {
    return this.#send(path, { method: 'POST', body: new URLSearchParams(), headers });
  }

  /** The address of the authorization request that "Connect" leads to. */
  async startConnecting(): Promise<URL> {
    const { headers } = await this.get('/connect');
    return new URL(headers.get('location') ?? '');
  }

  async #send(
    path: string,
    init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> },
  ): Promise<PageResponse> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = cookie === '' ? { ...init.headers } : { ...init.headers, cookie };
    const response = await fetch(`${this.#address}${path}`, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const text = await response.text();
    this.seen += text;
    return { status: response.status, headers: response.headers, text };
  }
}

/** Path and query of a callback. */
export const pathOf = (back: URL): string => `${back.pathname}${back.search}`;
