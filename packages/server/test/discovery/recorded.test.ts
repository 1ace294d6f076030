import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { startServer } from '../../../../test/kit/servers.js';
import { inOrder } from '../../src/endpoints/metadata-order.js';

type Settings = NonNullable<Parameters<typeof startServer>[0]>['settings'];

/** The issuer in the recorded documents. */
const RECORDED_ISSUER = 'https://id.example.com';

const restricted: Settings = {
  sessionManagement: 'off',
  registration: 'off',
  requireSignedRequestObjects: 'on',
  allowedResponseTypes: 'code',
  signingAlgorithms: ['RS256', 'ES256'],
};

/** The bytes of the document, with the recorded issuer. */
async function documentOf(settings: Settings): Promise<string> {
  const grantor = await startServer(settings === undefined ? {} : { settings });
  try {
    const response = await fetch(`${grantor.issuer}/.well-known/openid-configuration`);
    return (await response.text()).replaceAll(grantor.issuer, RECORDED_ISSUER);
  } finally {
    await grantor.stop();
  }
}

describe('the metadata that the endpoints contribute (RFC 8414 §3.2)', () => {
  it.each<[string, Settings]>([
    ['all features', undefined],
    ['few features', restricted],
  ])('is the recorded document, byte for byte, with %s', async (title, settings) => {
    const recorded = new URL(`recorded/${title.replace(' ', '-')}.txt`, import.meta.url);
    expect(await documentOf(settings)).toBe((await readFile(recorded, 'utf8')).trimEnd());
  });

  it('ends with the members of an endpoint that has no place in the order', () => {
    const members = { device_authorization_endpoint: 1, token_endpoint: 2, issuer: 3 };
    expect(Object.entries(inOrder(members))).toEqual([
      ['issuer', 3],
      ['token_endpoint', 2],
      ['device_authorization_endpoint', 1],
    ]);
  });
});
