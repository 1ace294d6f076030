import { calculateJwkThumbprint, type JWK } from 'jose';
import { expect, it } from 'vitest';
import { startServer } from '../../../../test/kit/servers.js';

it('computes the thumbprint of the example key (RFC 7638 §3.1)', async () => {
  const example: JWK = {
    kty: 'RSA',
    n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
    e: 'AQAB',
    alg: 'RS256',
    kid: '2011-04-29',
  };
  expect(await calculateJwkThumbprint(example, 'sha256')).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
});

it('names every key that it publishes by its thumbprint (RFC 7638 §3)', async () => {
  const grantor = await startServer();
  try {
    const { keys } = (await (await fetch(`${grantor.issuer}/oauth2/jwks`)).json()) as { keys: JWK[] };
    expect(keys.length).toBeGreaterThanOrEqual(4);
    for (const key of keys) expect(key.kid).toBe(await calculateJwkThumbprint(key, 'sha256'));
  } finally {
    await grantor.stop();
  }
});
