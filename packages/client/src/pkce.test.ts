import { expect, it } from 'vitest';
import { codeChallenge } from './pkce.js';

it('makes the S256 challenge of the published example (RFC 7636 Appendix B)', async () => {
  expect(await codeChallenge('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  );
});
