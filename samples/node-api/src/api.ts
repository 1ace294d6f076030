import { createGuard, type GuardOptions } from '@grantor/guard';
import { requireToken, type TokenEnv } from '@grantor/guard/hono';
import { Hono } from 'hono';
import { filesOf } from './demo-files.js';

/**
 * The demo API: a few files, for whoever brings an access token with the scope `files:read`.
 *
 * @param options what the guard needs to know: who issues tokens, and what this API is called in them
 * @throws TypeError when an option is not usable; the message names it
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
    c.json(
      { error: 'not_found', message: 'There is nothing here. Try GET /api/files or GET /api/health.' },
      404,
    ),
  );
  return api;
}
