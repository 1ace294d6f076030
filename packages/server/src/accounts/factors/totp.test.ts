import { describe, expect, it } from 'vitest';
import { base32, matchingStep, stepAt, totpAddress, totpAt } from './totp.js';

/** The key of the test vectors. */
const key = Buffer.from('12345678901234567890');

describe('TOTP', () => {
  it.each([
    [59, '94287082'],
    [1111111109, '07081804'],
    [1111111111, '14050471'],
    [1234567890, '89005924'],
    [2000000000, '69279037'],
    [20000000000, '65353130'],
  ])('gives the code of the test vector at %i (RFC 6238 Appendix B)', (at, code) => {
    expect(totpAt(key, stepAt(at), 8)).toBe(code);
  });

  it('accepts the code of the time step, the one before and the one after (RFC 6238 §5.2)', () => {
    const now = 1111111111;
    for (const around of [-1, 0, 1]) {
      const code = totpAt(key, stepAt(now) + around);
      expect(matchingStep(key, code, now)).toBe(stepAt(now) + around);
    }
    for (const around of [-2, 2])
      expect(matchingStep(key, totpAt(key, stepAt(now) + around), now)).toBeUndefined();
    expect(matchingStep(key, '', now)).toBeUndefined();
  });

  it.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('writes %s as %s in base32 (RFC 4648 §10)', (text, encoded) => {
    expect(base32(Buffer.from(text))).toBe(encoded);
  });

  it('gives an address that names the service and the user', () => {
    expect(totpAddress(key, 'id.example:8888', 'ada & co@example.com')).toBe(
      'otpauth://totp/id.example%3A8888:ada%20%26%20co%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=id.example%3A8888',
    );
  });
});
