import { describe, expect, it } from 'vitest';
import { idToken, providerOf, published, request, response } from './offline-provider.js';

describe('the metadata of a provider', () => {
  const issuer = 'https://provider.example';
  const right = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
  };

  it.each([
    ['is of another issuer', { issuer: 'https://attacker.example' }],
    ['is of an issuer that differs in a slash', { issuer: `${issuer}/` }],
    ['has a token endpoint without TLS', { token_endpoint: 'http://provider.example/token' }],
    ['has a token endpoint that is no URL', { token_endpoint: 'token' }],
    ['has an authorization endpoint with scripts', { authorization_endpoint: 'javascript:alert(1)' }],
    ['has no keys', { jwks_uri: undefined }],
  ])('is refused where it %s (OpenID Connect Discovery 1.0 §4.3)', async (_, differs) => {
    const input = { id: 'p', issuer, clientId: 'g' };
    const { provider, sent } = providerOf(input, () => ({ ...right, ...differs }));
    await expect(provider.start(request)).rejects.toMatchObject({ reason: 'unavailable' });
    // For half a minute, further clicks cost no call.
    await expect(provider.finish(response)).rejects.toMatchObject({ reason: 'unavailable' });
    expect(sent).toHaveLength(1);
  });
});

describe('the keys of a provider', () => {
  it('are found at a sign-in after they were rotated, whatever logout tokens strangers send (OpenID Connect Core 1.0 §10.1.1)', async () => {
    const issuer = 'https://provider.example';
    const token = await idToken({ iss: issuer, aud: 'g', sub: 's', name: 'Ada' });
    let current: object = { ...published, kid: 'before' };
    const { provider, sent } = providerOf({ id: 'p', issuer, clientId: 'g' }, (url) => {
      if (url.endsWith('/openid-configuration')) {
        const [at, jwks_uri] = [`${issuer}/x`, `${issuer}/keys`];
        return { issuer, authorization_endpoint: at, token_endpoint: at, jwks_uri };
      }
      return url.endsWith('/keys') ? { keys: [current] } : { access_token: 'a', id_token: token };
    });
    for (let count = 0; count < 6; count += 1) {
      await expect(provider.readLogout?.(token)).rejects.toMatchObject({ reason: 'refused' });
    }
    expect(sent.filter(({ url }) => url.endsWith('/keys'))).toHaveLength(4);
    current = published;
    expect((await provider.finish(response)).subject).toBe('s');
  });
});

describe('a provider whose claims have other names', () => {
  it.each([
    ['does not vouch for an address in another claim', {}, undefined],
    ['vouches for it with the claim that is named', { email_verified: 'contact_verified' }, true],
  ])('%s', async (_, more, isVerified) => {
    const issuer = 'https://provider.example';
    const claims = { email: 'eve@example.com', email_verified: true, contact: 'ada@example.com' };
    const token = await idToken({ iss: issuer, aud: 'g', sub: 's', ...claims, contact_verified: true });
    const { provider } = providerOf(
      { id: 'p', issuer, clientId: 'g', claims: { email: 'contact', ...more } },
      (url) => {
        if (url.endsWith('/openid-configuration')) {
          const [at, jwks_uri] = [`${issuer}/x`, `${issuer}/keys`];
          return { issuer, authorization_endpoint: at, token_endpoint: at, jwks_uri };
        }
        return url.endsWith('/keys') ? { keys: [published] } : { access_token: 'a', id_token: token };
      },
    );
    const user = await provider.finish(response);
    expect([user.claims.email, user.claims.email_verified]).toEqual(['ada@example.com', isVerified]);
  });
});
