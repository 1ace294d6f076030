/**
 * The floor: the minimum that any server in this language does for a token. It parses the form, signs one ES256 JWT
 * and commits one row with SQLite's full durability, on bare node:http. It checks nothing. At /no-row it stores
 * nothing: the floor of requests without a write. Usage: node bench/floor.ts <database path>; prints its port.
 */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import BetterSqlite3 from 'better-sqlite3';

const [, , path = ''] = process.argv;
const db = new BetterSqlite3(path);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec('CREATE TABLE tokens (id TEXT PRIMARY KEY, client_id TEXT NOT NULL, expires_at BIGINT NOT NULL)');
const insert = db.prepare('INSERT INTO tokens VALUES (?, ?, ?)');
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const header = encode({ alg: 'ES256', typ: 'at+jwt', kid: 'floor' });

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    const now = Math.floor(Date.now() / 1000);
    const jti = randomBytes(16).toString('base64url');
    const clientId = form.get('client_id') ?? '';
    const claims = { iss: 'http://localhost', sub: clientId, aud: 'http://localhost', client_id: clientId };
    const input = `${header}.${encode({ ...claims, scope: 'files:read', iat: now, exp: now + 900, jti })}`;
    const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    if (request.url !== '/no-row') insert.run(jti, clientId, now + 900);
    const body = JSON.stringify({
      access_token: `${input}.${signature.toString('base64url')}`,
      token_type: 'Bearer',
      expires_in: 900,
      scope: 'files:read',
    });
    response.writeHead(200, {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
