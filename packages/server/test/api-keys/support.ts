import { expect } from 'vitest';
import { callApi, type RequestHeaders } from '../../../../test/kit/api-calls.js';
import type { TestServer } from '../../../../test/kit/servers.js';

export interface Key {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly string[] | null;
  readonly account_id: string | null;
  readonly created_on: string;
  readonly expires_on: string | null;
  readonly last_used_on: string | null;
}

/** Requests to the API for keys. The server may start later. */
export function keyring(at: () => TestServer) {
  async function create(headers: RequestHeaders, body: Record<string, unknown> = {}): Promise<Key> {
    const response = await callApi(at(), headers, 'POST', '/keys', { name: 'CI', ...body });
    expect(response.status, await response.clone().text()).toBe(201);
    return (await response.json()) as Key;
  }

  async function list(headers: RequestHeaders, query = ''): Promise<readonly Key[]> {
    const response = await callApi(at(), headers, 'GET', `/keys${query}`);
    expect(response.status).toBe(200);
    return ((await response.json()) as { data: Key[] }).data;
  }

  const status = async (headers: RequestHeaders, method: string, path: string, body?: unknown) =>
    (await callApi(at(), headers, method, path, body)).status;

  return { create, list, status };
}
