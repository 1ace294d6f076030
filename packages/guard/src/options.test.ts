import { describe, expect, it } from 'vitest';
import { createGuard } from './create-guard.js';
import { GuardError } from './errors.js';
import type { GuardOptions } from './options.js';

const valid: GuardOptions = { issuer: 'https://auth.example', audience: 'https://files.example' };

describe('createGuard', () => {
  it.each(['https://auth.example/tenant', 'http://localhost:8888', 'http://127.0.0.1:1', 'http://[::1]:1'])(
    'accepts the issuer %s',
    (issuer) => {
      expect(() => createGuard({ ...valid, issuer })).not.toThrow();
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
    expect(() => createGuard({ ...valid, issuer })).toThrow(/^The option "issuer" must /);
  });

  it.each<[string, Partial<GuardOptions>]>([
    ['audience', { audience: [] }],
    ['audience', { audience: '' }],
    ['jwksUri', { jwksUri: 'http://auth.example/jwks' }],
    ['clockToleranceSeconds', { clockToleranceSeconds: -1 }],
    ['clockToleranceSeconds', { clockToleranceSeconds: Number.NaN }],
    ['timeoutSeconds', { timeoutSeconds: -1 }],
    ['algorithms', { algorithms: [] }],
    ['algorithms', { algorithms: ['none'] }],
    ['algorithms', { algorithms: ['ES256', 'HS256'] }],
    ['realm', { realm: 'a\r\nb' }],
    ['resourceMetadata', { resourceMetadata: '/relative' }],
  ])('refuses an %s of %j and names the option', (name, option) => {
    expect(() => createGuard({ ...valid, ...option })).toThrow(`The option "${name}" must `);
  });

  it.each(['', ' ', 'a"b', 'a\\b', 'ü'])('refuses to require the scope "%s"', (scope) => {
    const guard = createGuard(valid);
    expect(() => guard.protect(() => new Response(), { scope })).toThrow(GuardError);
  });

  it('refuses an empty list of scopes, which would accept every token', () => {
    expect(() => createGuard(valid).protect(() => new Response(), { scope: [] })).toThrow(GuardError);
  });

  it('has the code configuration for every wrong option', () => {
    expect(() => createGuard({ ...valid, issuer: '' })).toThrow(
      expect.objectContaining({ name: 'GuardError', code: 'configuration' }),
    );
  });
});
