import { describe, expect, it } from 'vitest';
import { errorCodes, formatChallenge, OAuthError, tooManyRequests } from './index.js';

describe('an OAuthError', () => {
  it('has the status of its code, unless it says otherwise', () => {
    expect(new OAuthError('invalid_client', '').status).toBe(401);
    expect(new OAuthError('invalid_request', '', { status: 413 }).status).toBe(413);
  });

  it('asks for the scheme of its code, at the status of its code (RFC 6749 §5.2, RFC 6750 §3)', () => {
    const challengeOf = ({ challenge }: OAuthError) =>
      challenge && formatChallenge(challenge, 'https://issuer.example');
    expect(challengeOf(new OAuthError('invalid_client', 'words'))).toBe(
      'Basic realm="https://issuer.example", charset="UTF-8"',
    );
    expect(challengeOf(new OAuthError('invalid_token', 'words'))).toBe(
      'Bearer realm="https://issuer.example", error="invalid_token", error_description="words"',
    );
    expect(challengeOf(new OAuthError('invalid_client', 'words', { status: 400 }))).toBeUndefined();
    expect(challengeOf(new OAuthError('invalid_request', 'words'))).toBeUndefined();
  });

  it('of too many requests says when to send the request again (RFC 6585 §4)', () => {
    expect(tooManyRequests('words', 7)).toMatchObject({ status: 429, headers: { 'retry-after': '7' } });
  });

  it.each(Object.entries(errorCodes))(
    '%s is a code of characters that may be sent (RFC 6749 §5.2)',
    (code, { status }) => {
      expect(code).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
      expect(status).toBeGreaterThanOrEqual(400);
    },
  );
});
