import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** Public keys for signatures and encryption. */
export const jwks = {
  keys: [
    { ...ec.publicKey.export({ format: 'jwk' }), kid: 'ec', use: 'sig' },
    { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'rsa', use: 'enc' },
  ],
};

export const privateKey: JsonWebKey = ec.privateKey.export({ format: 'jwk' });

/** Too short to be safe (RFC 7518 §3.3). */
export const shortKey: JsonWebKey = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({
  format: 'jwk',
});
