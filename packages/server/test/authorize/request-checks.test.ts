import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { CheckContext, RequestKind } from '../../src/authorization/check-table.js';
import type { Redirect } from '../../src/authorization/destination.js';
import { requestChecks } from '../../src/authorization/request-checks.js';
import { createRefuseSelfRegistered } from '../../src/clients/client-types.js';
import { createProtocolPolicy } from '../../src/clients/protocol-policy.js';
import { createResources } from '../../src/clients/resources.js';
import { grantTypes, type Parameters } from '../../src/protocol/index.js';
import { createCatalogue } from '../../src/scopes/catalogue.js';
import { client as clientRecord } from '../storage/fixtures.js';

const kinds = ['authorize', 'par', 'device', 'ciba'] as const satisfies readonly RequestKind[];
const ofBrowser: readonly RequestKind[] = ['authorize', 'par'];

const client = clientRecord({ responseTypes: ['code', 'code id_token'], compatibility: [], metadata: {} });

const destination: Redirect = {
  kind: 'redirect',
  redirectUri: 'https://app.example/callback',
  redirectUriSent: true,
  responseMode: 'fragment',
  state: undefined,
};

/** Apps that registered themselves must be public; every client of this deployment did. */
const clientTypes = { developerClientTypes: 'all', registrationClientTypes: 'public-code' } as const;
const refuseSelfRegistered = createRefuseSelfRegistered(clientTypes, { isDynamic: async () => true });

const context: CheckContext = {
  resources: createResources(['https://api.example'], 'https://api.example'),
  catalogue: createCatalogue([], [], true),
  policy: createProtocolPolicy({
    ...clientTypes,
    allowedGrantTypes: grantTypes,
    allowedResponseTypes: 'code',
    requirePkce: 'on',
    requireSignedRequestObjects: 'off',
  }),
  refuseSelfRegistered: async () => {},
  readIdTokenHint: async () => undefined,
};

/** Runs the checks of one kind of request, with these parameters besides the valid ones. */
function check(kind: RequestKind, changes: Parameters, differing: Partial<CheckContext> = {}) {
  const ofRedirect = { response_type: 'code', code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' };
  const parameters = { ...(ofBrowser.includes(kind) ? ofRedirect : {}), scope: 'openid', ...changes };
  return requestChecks.run(kind, { client, parameters, destination }, { ...context, ...differing });
}

interface CheckExample {
  /** The name of the file. */
  readonly name: string;
  /** Parameters that this check refuses, and no check before it. */
  readonly changes: Parameters;
  readonly differing?: Partial<CheckContext>;
  readonly code: string;
  /** What the description of the error says. */
  readonly says: string;
  /** The kinds of request that have the check. */
  readonly appliesTo: readonly RequestKind[];
}

const hybrid = { response_type: 'code id_token' };

const examples: readonly CheckExample[] = [
  example(
    'registration',
    { registration: '{}' },
    'registration_not_supported',
    'register the app',
    ofBrowser,
  ),
  example('response-type', { response_type: 'token' }, 'unsupported_response_type', 'one of', ofBrowser),
  example('resource', { resource: 'https://other.example' }, 'invalid_target', 'resource', kinds),
  example('scope', { scope: 'openid nonsense' }, 'invalid_scope', 'scope', kinds),
  example('nonce', hybrid, 'invalid_request', 'nonce', ofBrowser),
  example('pkce', { code_challenge: 'short' }, 'invalid_request', 'code_challenge', ofBrowser),
  example('prompt', { prompt: 'none login' }, 'invalid_request', 'prompt', ofBrowser),
  example('max-age', { max_age: 'soon' }, 'invalid_request', 'max_age', kinds),
  example('claims', { claims: '{' }, 'invalid_request', 'claims', kinds),
  example('policy', { ...hybrid, nonce: 'n' }, 'unsupported_response_type', "one of 'code'", ofBrowser),
  {
    ...example('self-registered', {}, 'unauthorized_client', 'registered themselves', kinds),
    differing: { refuseSelfRegistered },
  },
  example('id-token-hint', { id_token_hint: 'x' }, 'invalid_request', 'id_token_hint', kinds),
];

function example(
  name: string,
  changes: Parameters,
  code: string,
  says: string,
  appliesTo: readonly RequestKind[],
): CheckExample {
  return { name, changes, code, says, appliesTo };
}

describe('the checks of a request for authorization', () => {
  describe.each(kinds)('of kind %s', (kind) => {
    it.each(examples.filter(({ appliesTo }) => appliesTo.includes(kind)))(
      'include the $name check',
      async ({ changes, differing, code, says }) => {
        const description = expect.stringContaining(says) as unknown;
        await expect(check(kind, changes, differing)).rejects.toMatchObject({ code, description });
      },
    );

    it.each(examples.filter(({ appliesTo }) => !appliesTo.includes(kind)))(
      'leave out the $name check, whose parameter is unknown there (RFC 6749 §3.1)',
      async ({ changes }) => {
        await expect(check(kind, changes)).resolves.toMatchObject({ scopes: ['openid'] });
      },
    );
  });

  it('include each file of a check, but for the one that says where errors go', async () => {
    const files = await readdir(new URL('../../src/authorization', import.meta.url));
    const names = files
      .filter((file) => file.endsWith('.check.ts') && file !== 'redirect.check.ts')
      .map((file) => file.replace('.check.ts', ''));
    expect(examples.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
    const functions = requestChecks.rows.map(({ check: { name } }) => name);
    expect(functions).toEqual(examples.map(({ name }) => `check-${name}`.replace(/-(.)/g, upperCase)));
  });

  it('are the same for a pushed request as at the authorization endpoint', () => {
    // RFC 9126 §2.1
    const columnOf = (kind: RequestKind) => requestChecks.rows.map((row) => row.kinds.includes(kind));
    expect(columnOf('par')).toEqual(columnOf('authorize'));
    expect(columnOf('authorize')).not.toContain(false);
  });

  it('give a device request what it asks for, and nothing of a redirect', async () => {
    // RFC 8628 §3.1
    const parameters = { scope: 'openid email', max_age: '60', nonce: 'n', prompt: 'login' };
    expect(await requestChecks.run('device', { client, parameters }, context)).toEqual({
      client,
      parameters,
      targets: ['https://api.example'],
      audience: 'https://api.example',
      scopes: ['openid', 'email'],
      access: [{ resource: 'https://api.example', scopes: [] }],
      maxAge: 60,
      loginHint: undefined,
      claims: undefined,
      subjects: undefined,
    });
  });
});

function upperCase(_match: string, letter: string): string {
  return letter.toUpperCase();
}
