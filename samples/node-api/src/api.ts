import { createGuard, type GuardOptions } from '@grantor/guard';
import { requireToken, type TokenEnv } from '@grantor/guard/hono';
import { Hono } from 'hono';
import { filesOf } from './demo-files.js';

/**
 * The demo API: a few files, for calls with an access token that has the scope `files:read`.
 *
 * @param options the issuer of the tokens, and the name of this API in them
 * @throws GuardError `configuration`, naming the option to change
 */
export function createApi(options: GuardOptions): Hono<TokenEnv> {
  const guard = createGuard(options);
  const api = new Hono<TokenEnv>();

  api.get('/api/health', (c) => c.json({ status: 'ok' }));

  api.get('/api/files', requireToken(guard, { scope: 'files:read' }), (c) => {
    c.header('cache-control', 'no-store');
    return c.json({ files: filesOf(c.get('token').subject) });
  });

  api.notFound((c) =>
    c.json({ error: 'not_found', message: 'Not found. Try GET /api/files or GET /api/health.' }, 404),
  );
  return api;
}
