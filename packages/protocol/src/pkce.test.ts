import { describe, expect, it } from 'vitest';
import { codeChallenge, codeChallengeMethods, isCodeChallenge, isCodeVerifier } from './index.js';

describe('a code verifier (RFC 7636 §4.1)', () => {
  it.each([
    ['the one of RFC 7636 Appendix B', 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'],
    ['the shortest', 'a'.repeat(43)],
    ['the longest', 'a'.repeat(128)],
    ['every unreserved character', `${'a'.repeat(39)}-._~`],
  ])('may be %s', (_what, verifier) => {
    expect(isCodeVerifier(verifier)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['too short', 'a'.repeat(42)],
    ['too long', 'a'.repeat(129)],
    ['with a plus', `${'a'.repeat(42)}+`],
    ['with a slash', `${'a'.repeat(42)}/`],
    ['padded', `${'a'.repeat(43)}=`],
    ['with a space', `${'a'.repeat(43)} `],
    ['with a line feed at its end', `${'a'.repeat(43)}\n`],
    ['of letters beyond ASCII', 'é'.repeat(43)],
  ])('may not be %s', (_what, verifier) => {
    expect(isCodeVerifier(verifier)).toBe(false);
  });
});

describe('a code challenge (RFC 7636 §4.2)', () => {
  it('is computed for the verifier of RFC 7636 Appendix B', async () => {
    const challenge = await codeChallenge('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk');
    expect(challenge).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
    expect(isCodeChallenge(challenge)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['a character short', 'a'.repeat(42)],
    ['a character long', 'a'.repeat(44)],
    ['padded', `${'a'.repeat(42)}=`],
    ['base64 that is not for URLs', `${'a'.repeat(42)}+`],
    ['a verifier of other characters', `${'a'.repeat(42)}~`],
    ['with a line feed at its end', `${'a'.repeat(43)}\n`],
  ])('may not be %s', (_what, challenge) => {
    expect(isCodeChallenge(challenge)).toBe(false);
  });
});

it('the method plain is not supported (RFC 9700 §2.1.1)', () => {
  expect(codeChallengeMethods).toEqual(['S256']);
});
