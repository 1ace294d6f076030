import { describe, expect, it } from 'vitest';
import { createCatalogue } from '../scopes/catalogue.js';
import { ACCESS_WITHOUT_SCOPE, consentItemsOf } from './consent-items.js';
import { declinedItems, isOptional, withoutItems } from './optional-items.js';

const FILES = 'https://files.example.com';
const MAIL = 'https://mail.example.com';

const scope = (name: string, isScopeOptional: boolean) =>
  ({
    name,
    group: 'files',
    type: 'read',
    texts: { en: { title: name } },
    resource: null,
    needsApproval: false,
    isOptional: isScopeOptional,
    consentSeconds: 0,
  }) as const;

const catalogue = createCatalogue([], [scope('files:read', true), scope('mail:read', false)], true);
const app = { metadata: { optional_scopes: ['email', 'openid', 'mail:send'] } };
const optional = (item: Parameters<typeof isOptional>[0]) => isOptional(item, app, catalogue);

const request = {
  scopes: ['openid', 'email', 'files:read', 'mail:read'],
  access: [
    { resource: FILES, scopes: ['files:read'] },
    { resource: MAIL, scopes: ['files:read', 'mail:read'] },
  ],
  claims: undefined,
};

describe('the items that a user can leave out (RFC 6749 §3.3)', () => {
  it('are the scopes that the operator or the app marked, and never openid, claims or access without a scope', () => {
    const items = [...consentItemsOf(request), { resource: null, name: 'claim:email' }];
    expect(items.filter(optional)).toEqual([
      { resource: null, name: 'email' },
      { resource: FILES, name: 'files:read' },
      { resource: MAIL, name: 'files:read' },
    ]);
    expect(optional({ resource: FILES, name: ACCESS_WITHOUT_SCOPE })).toBe(false);
  });

  it('are left out where the form does not have their field; other fields have no effect', () => {
    const items = consentItemsOf(request);
    const form = new URLSearchParams({ 'item-2': 'on', 'item-0': '', 'item-99': 'on', scope: 'mail:send' });
    expect(declinedItems(items, optional, form)).toEqual([
      { resource: null, name: 'email' },
      { resource: MAIL, name: 'files:read' },
    ]);
  });

  it('leave the request with the rest', () => {
    const declined = [
      { resource: null, name: 'email' },
      { resource: MAIL, name: 'files:read' },
    ];
    expect(withoutItems(request, declined)).toEqual({
      scopes: ['openid', 'files:read', 'mail:read'],
      access: [
        { resource: FILES, scopes: ['files:read'] },
        { resource: MAIL, scopes: ['mail:read'] },
      ],
      claims: undefined,
    });
  });

  it('take their resource with them, unless nothing else is left', () => {
    const all = [
      { resource: FILES, name: 'files:read' },
      { resource: MAIL, name: 'files:read' },
    ];
    expect(withoutItems(request, all)).toMatchObject({
      scopes: ['openid', 'email', 'mail:read'],
      access: [{ resource: MAIL, scopes: ['mail:read'] }],
    });
    const single = { ...request, access: [{ resource: FILES, scopes: ['files:read'] }] };
    expect(withoutItems(single, all)).toMatchObject({ access: [{ resource: FILES, scopes: [] }] });
  });

  it('take the claims of their scope with them (OpenID Connect Core 1.0 §5.5)', () => {
    const claims = {
      userinfo: { email: null, name: null },
      id_token: { email_verified: { essential: true } },
    };
    expect(withoutItems({ ...request, claims }, [{ resource: null, name: 'email' }]).claims).toEqual({
      userinfo: { name: null },
      id_token: {},
    });
  });

  it('never leave a request that needs what the page did not show', () => {
    const shown = consentItemsOf(request);
    const declined = shown.filter(optional);
    const left = consentItemsOf(withoutItems(request, declined));
    expect(left.every((item) => shown.some((one) => JSON.stringify(one) === JSON.stringify(item)))).toBe(
      true,
    );
  });
});
