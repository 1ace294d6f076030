import { describe, expect, it } from 'vitest';
import { leftHalfHash } from './id-token.js';

describe('hashes in ID tokens', () => {
  it('gives the c_hash of the example (OpenID Connect Core 1.0 appendix A.4)', () => {
    const code = 'Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk';
    for (const algorithm of ['RS256', 'ES256', 'PS256'] as const) {
      expect(leftHalfHash(code, algorithm)).toBe('LDktKdoQak3Pk0cnXxCltA');
    }
  });

  it('gives the at_hash of the example (OpenID Connect Core 1.0 appendix A.3)', () => {
    const token = 'jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y';
    expect(leftHalfHash(token, 'RS256')).toBe('77QmUPtjPfzWtF2AnpK9RQ');
  });

  it('uses the left half of a SHA-512 for Ed25519, which hashes with it (RFC 8032 §5.1)', () => {
    // SHA-512 of "abc" (FIPS 180-4): ddaf35a193617aba cc417349ae204131 12e6fa4e89a97ea2 0a9eeee64b55d39a ...
    const half = Buffer.from('ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a', 'hex');
    expect(leftHalfHash('abc', 'EdDSA')).toBe(half.toString('base64url'));
  });
});
