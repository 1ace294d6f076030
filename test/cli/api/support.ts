import { expect } from 'vitest';
import { type EndedProcess, runGrantor } from '../../kit/grantor-process.js';
import type { TestServer } from '../../kit/servers.js';

export const REDIRECT = 'https://app.example/callback';

export interface CreatedApp {
  readonly client_id: string;
  readonly client_secret: string;
}

/** Commands against a server that may start later. */
export function commandLine(at: () => TestServer) {
  /** Runs a command against the server, with its key. */
  const run = (...args: string[]): Promise<EndedProcess> =>
    runGrantor(args, { GRANTOR_ISSUER: at().issuer, GRANTOR_API_KEY: at().apiKey });

  /** Runs it with `--json` and reads the one document that it prints. */
  async function json<T = Record<string, unknown>>(...args: string[]): Promise<T> {
    const ended = await run(...args, '--json');
    expect(ended).toMatchObject({ code: 0 });
    return JSON.parse(ended.stdout) as T;
  }

  const created = (...args: string[]) =>
    json<CreatedApp>('clients', 'create', '--redirect-uri', REDIRECT, ...args);

  /** What the token endpoint says to an app with this secret: `invalid_client` where it is none of its. */
  async function tokenError(client_id: string, client_secret: string): Promise<unknown> {
    const response = await fetch(`${at().issuer}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${client_id}:${client_secret}`)}` },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'none' }),
    });
    return ((await response.json()) as { error: unknown }).error;
  }

  return { run, json, created, tokenError };
}
