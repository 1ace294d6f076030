import type { Config } from '@grantor/server';
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { deploymentConfig, type Instance, startInstance } from '../../../../test/kit/instances.js';
import { cheapStretch } from '../../../../test/kit/stretch.js';
import { openKeyManagement } from '../../src/compose/key-management.js';
import { RELOAD_SECONDS } from '../../src/keys/schedule.js';
import { CATALOGUE_SECONDS } from '../../src/scopes/scope-catalogue.js';
import type { Repeat } from '../../src/timers/timers.js';

/** Time that stands still until it is moved. */
export class MovedClock {
  now = 1_800_000_000;
  readonly read = (): number => this.now;
}

/** One process of a deployment, with timers that the test drives. */
export interface DrivenServer extends Instance {
  /** Runs the tasks that reload keys and scopes. */
  tick(): Promise<void>;
}

/** A deployment of several processes over one database and one clock. */
export class Deployment {
  readonly clock = new MovedClock();

  constructor(
    readonly databaseUrl: string,
    readonly settings: Partial<Config> = {},
  ) {}

  config(settings: Partial<Config> = {}): Config {
    return deploymentConfig(this.databaseUrl, { ...this.settings, ...settings });
  }

  async start(settings: Partial<Config> = {}): Promise<DrivenServer> {
    const tasks: (() => Promise<void>)[] = [];
    // Months pass in these tests: other tasks at every step would take most of their time.
    const repeat: Repeat = (seconds, task) => {
      if (seconds === RELOAD_SECONDS || seconds === CATALOGUE_SECONDS) tasks.push(task);
      return async () => {};
    };
    const instance = await startInstance(this.config(settings), { clock: this.clock.read, repeat });
    return {
      ...instance,
      async tick() {
        for (const task of tasks) await task();
      },
    };
  }

  /** What `grantor keys` works on. */
  manage() {
    return openKeyManagement(this.config(), { clock: this.clock.read, stretch: cheapStretch });
  }
}

/** A client that keeps the keys for exactly as long as it may, and never asks earlier (RFC 9111 §4.2). */
export class CachingClient {
  #keys: JSONWebKeySet | undefined;
  #freshUntil = 0;

  constructor(
    readonly clock: MovedClock,
    readonly jwksUri: () => string,
  ) {}

  async keys(): Promise<JSONWebKeySet> {
    if (this.#keys === undefined || this.clock.now >= this.#freshUntil) {
      const response = await fetch(this.jwksUri());
      const [, maxAge = '0'] = /max-age=(\d+)/.exec(response.headers.get('cache-control') ?? '') ?? [];
      this.#keys = (await response.json()) as JSONWebKeySet;
      this.#freshUntil = this.clock.now + Number(maxAge);
    }
    return this.#keys;
  }

  /** @throws Error for a token that this client cannot verify with the keys that it has */
  async verify(token: string): Promise<{ readonly payload: JWTPayload; readonly kid: string }> {
    const currentDate = new Date(this.clock.now * 1000);
    const result = await jwtVerify(token, createLocalJWKSet(await this.keys()), { currentDate });
    return { payload: result.payload, kid: result.protectedHeader.kid ?? '' };
  }
}

/** A program that asks for tokens of its own. */
export async function registerProgram(url: string): Promise<(at: string) => Promise<string>> {
  const response = await fetch(`${url}/api/2.0/clients`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer test-key-with-more-than-20-characters',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ name: 'Program', grant_types: ['client_credentials'], redirectUris: [] }),
  });
  const client = (await response.json()) as { client_id: string; client_secret: string };
  if (response.status !== 201) throw new Error(JSON.stringify(client));
  return async (at) => {
    const answer = await fetch(`${at}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', ...pick(client) }),
    });
    const body = (await answer.json()) as { access_token?: string };
    if (body.access_token === undefined) throw new Error(JSON.stringify(body));
    return body.access_token;
  };
}

function pick({ client_id, client_secret }: { client_id: string; client_secret: string }) {
  return { client_id, client_secret };
}
