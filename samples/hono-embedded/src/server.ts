import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { createApp } from './app.js';

const port = Number(process.env.PORT || 4600);
const origin = `http://localhost:${port}`;
const folder = join(tmpdir(), `guest-house-${randomBytes(4).toString('hex')}`);
const apiKey = process.env.API_KEY || randomBytes(24).toString('base64url');

const { app, server } = await createApp({
  origin,
  databaseUrl: `sqlite:${join(folder, 'grantor.db')}`,
  secret: randomBytes(32).toString('base64'),
  apiKey,
});
const http = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, () => {
  console.log(`Guest house: ${origin}`);
  console.log(`Issuer:      ${origin}/auth`);
  console.log(`API key:     ${apiKey}`);
});

function stop(): void {
  http.close(() => void server.close());
}
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
