import { describe, expect, it } from 'vitest';
import { createGuard } from './create-guard.js';
import type { GuardOptions } from './options.js';

const good: GuardOptions = { issuer: 'https://auth.example', audience: 'https://files.example' };

describe('createGuard', () => {
  it.each(['https://auth.example/tenant', 'http://localhost:8888', 'http://127.0.0.1:1', 'http://[::1]:1'])(
    'takes the issuer %s',
    (issuer) => {
      expect(() => createGuard({ ...good, issuer })).not.toThrow();
    },
  );

  it.each([
    'auth.example',
    'http://auth.example',
    'http://localhost.example',
    'http://127.0.0.1.example',
    'ftp://auth.example',
    'https://me@auth.example',
    'https://auth.example?a=b',
    'https://auth.example/#a',
    '',
  ])('refuses the issuer "%s"', (issuer) => {
    expect(() => createGuard({ ...good, issuer })).toThrow(/^issuer: /);
  });

  it.each<[string, Partial<GuardOptions>]>([
    ['audience', { audience: [] }],
    ['audience', { audience: '' }],
    ['jwksUri', { jwksUri: 'http://auth.example/jwks' }],
    ['clockToleranceSeconds', { clockToleranceSeconds: -1 }],
    ['clockToleranceSeconds', { clockToleranceSeconds: Number.NaN }],
    ['algorithms', { algorithms: [] }],
    ['algorithms', { algorithms: ['none'] }],
    ['algorithms', { algorithms: ['ES256', 'HS256'] }],
    ['realm', { realm: 'a\r\nb' }],
    ['resourceMetadata', { resourceMetadata: '/relative' }],
  ])('refuses an %s of %j, by name', (name, option) => {
    expect(() => createGuard({ ...good, ...option })).toThrow(new RegExp(`^${name}: `));
  });

  it.each(['', ' ', 'a"b', 'a\\b', 'ü'])('refuses to protect anything with the scope "%s"', (scope) => {
    const guard = createGuard(good);
    expect(() => guard.protect(() => new Response(), { scope })).toThrow(TypeError);
  });

  it('refuses an empty list of scopes, which would let every token through', () => {
    expect(() => createGuard(good).protect(() => new Response(), { scope: [] })).toThrow(TypeError);
  });
});
