import { describe, expect, it } from 'vitest';
import { bearerChallenge } from './challenge.js';
import { createGuard } from './create-guard.js';

describe('the WWW-Authenticate header (RFC 6750 §3)', () => {
  it('has its parameters in a fixed order', () => {
    expect(
      bearerChallenge({
        realm: 'files',
        error: 'insufficient_scope',
        errorDescription: 'More is needed',
        scopes: ['files:read', 'files:write'],
        resourceMetadata: 'https://files.example/.well-known/oauth-protected-resource',
      }),
    ).toBe(
      'Bearer realm="files", error="insufficient_scope", error_description="More is needed", ' +
        'scope="files:read files:write", ' +
        'resource_metadata="https://files.example/.well-known/oauth-protected-resource"',
    );
  });

  it('always has a parameter, as the grammar requires (RFC 9110 §11.6.1)', () => {
    expect(bearerChallenge({ realm: '' })).toBe('Bearer realm=""');
  });

  it.each([
    ['a quote', 'a", error="none', 'Bearer realm="a\\", error=\\"none"'],
    ['a backslash', 'a\\', 'Bearer realm="a\\\\"'],
    ['a line break', 'a\r\nSet-Cookie: b=c', 'Bearer realm="a??Set-Cookie: b=c"'],
    ['other controls and letters beyond ASCII', 'a\0\u007fü', 'Bearer realm="a???"'],
  ])('escapes %s in a value', (_, realm, header) => {
    expect(bearerChallenge({ realm })).toBe(header);
    expect(() => new Headers({ 'www-authenticate': header })).not.toThrow();
  });

  it('has no double quote and no backslash in a description', () => {
    expect(bearerChallenge({ realm: 'r', errorDescription: 'a"b\\c' })).toBe(
      'Bearer realm="r", error_description="a\'b\'c"',
    );
  });
});

describe('the challenge of a guard', () => {
  const guard = createGuard({
    issuer: 'https://auth.example',
    audience: 'urn:files',
    realm: 'My "files"',
    resourceMetadata: 'https://files.example/.well-known/oauth-protected-resource',
  });
  const realmAndMetadata = [
    'Bearer realm="My \\"files\\""',
    'resource_metadata="https://files.example/.well-known/oauth-protected-resource"',
  ];

  it('has realm and resource_metadata (RFC 9728 §5.1), also if no token was sent', async () => {
    expect(await guard.check({ headers: {} })).toMatchObject({
      headers: { 'www-authenticate': realmAndMetadata.join(', ') },
    });
  });

  it('does not repeat what the caller sent', async () => {
    const outcome = await guard.check({ headers: { authorization: 'Bearer evil"\r\nx: y' } });
    expect(outcome).toMatchObject({ status: 400, error: 'invalid_request' });
    expect(JSON.stringify(outcome)).not.toContain('evil');
  });
});
