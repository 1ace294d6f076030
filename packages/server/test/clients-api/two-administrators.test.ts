import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../../../test/kit/servers.js';
import { type ClientsApiServer, startClientsApiServer } from './support.js';

describe.each(databases)('two administrators on %s', (database) => {
  let server: ClientsApiServer;
  beforeAll(async () => {
    server = await startClientsApiServer({ database });
  });
  afterAll(() => server.stop());

  const tagOf = async (id: string) =>
    (await server.administrator.call('GET', `/clients/${id}`)).headers.get('etag') ?? '';
  const changes = [
    ['PUT', '', { name: 'Changed' }],
    ['PATCH', '', { name: 'Changed' }],
    ['PATCH', '/activation', { status: false }],
    ['DELETE', '', undefined],
  ] as const;

  it.each(changes)(
    '%s %s with If-Match changes only the version that the caller read (RFC 9110 §13.1.1)',
    async (method, path, body) => {
      const { administrator, otherAdministrator } = server;
      const { client_id: id } = await administrator.create();
      const seen = await tagOf(id);
      await otherAdministrator.call('PATCH', `/clients/${id}`, { description: 'Another change came first' });
      const current = await tagOf(id);
      expect(current).not.toBe(seen);

      const late = await administrator.call(method, `/clients/${id}${path}`, body, { 'if-match': seen });
      expect(late.status).toBe(412);
      expect(late.headers.get('etag')).toBe(current);
      expect(await administrator.show(id)).toMatchObject({ name: 'My app', enabled: true });

      const again = await administrator.call(method, `/clients/${id}${path}`, body, { 'if-match': current });
      expect(again.status).toBe(200);
    },
  );

  it.each(changes)(
    'of ten simultaneous %s %s requests with the same ETag, one succeeds',
    async (method, path, body) => {
      const { administrator, otherAdministrator } = server;
      const { client_id: id } = await administrator.create();
      const seen = await tagOf(id);
      const responses = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          (index % 2 === 0 ? administrator : otherAdministrator).call(
            method,
            `/clients/${id}${path}`,
            // Each says something else, so that none finds things as it would leave them.
            method !== 'DELETE' && path === '' ? { name: `Changed ${index}` } : body,
            { 'if-match': seen },
          ),
        ),
      );
      const lost = method === 'DELETE' ? 404 : 412;
      expect(responses.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
        200,
        ...Array.from({ length: 9 }, () => lost),
      ]);
    },
  );

  it('the response to a creation or a change has the current ETag', async () => {
    const { administrator } = server;
    const created = await administrator.call('POST', '/clients', {
      name: 'Tagged',
      redirect_uris: ['https://app.example.com/'],
    });
    const { client_id: id } = (await created.json()) as { client_id: string };
    expect(created.headers.get('etag')).toBe(await tagOf(id));
    const changed = await administrator.call('PUT', `/clients/${id}`, { name: 'Other' });
    expect(changed.headers.get('etag')).toBe(await tagOf(id));
  });

  it('If-Match may have several tags, or a star for every version', async () => {
    const { administrator } = server;
    const { client_id: id } = await administrator.create();
    for (const tags of [`"other", ${await tagOf(id)}`, '*']) {
      const response = await administrator.call('PUT', `/clients/${id}`, {}, { 'if-match': tags });
      expect(response.status).toBe(200);
    }
    for (const tags of ['"other"', '', ',', 'x'.repeat(2000)]) {
      const response = await administrator.call('PUT', `/clients/${id}`, {}, { 'if-match': tags });
      expect(response.status).toBe(412);
    }
  });

  it('a caller without access to an app does not learn whether it has changed', async () => {
    const { developer, otherDeveloper } = server;
    const { client_id: id } = await developer.create();
    const response = await otherDeveloper.call(
      'PUT',
      `/clients/${id}`,
      { name: 'x' },
      { 'if-match': '"stale"' },
    );
    expect(response.status).toBe(404);
    expect(response.headers.get('etag')).toBeNull();
  });
});
