import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from './app.js';

const port = Number(process.env.PORT || 4500);
const origin = `http://localhost:${port}`;
const { DATABASE_URL: databaseUrl, SECRET: secret } = process.env;
if (databaseUrl && !secret) throw new Error('Set SECRET as well, to 32 or more random characters');
const apiKey = process.env.API_KEY || randomBytes(24).toString('base64url');

const { app, server } = await createApp({
  origin,
  databaseUrl:
    databaseUrl || `sqlite:${join(tmpdir(), `chess-club-${randomBytes(4).toString('hex')}`, 'grantor.db')}`,
  secret: secret || randomBytes(32).toString('base64'),
  apiKey,
});
// The sockets belong to the application, and with them these limits.
const http = createServer({ headersTimeout: 10_000, requestTimeout: 30_000 }, app);
http.listen(port, '127.0.0.1', () => {
  console.log(`The chess club: ${origin} (members: ada and grace, password: <login>-2026)`);
  console.log(`Issuer:         ${origin}/auth`);
  console.log(`API key:        ${apiKey}`);
});

function stop(): void {
  http.close(() => void server.close());
  http.closeIdleConnections();
}
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
