import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { startServer } from '../../../../test/kit/servers.js';

type Settings = NonNullable<Parameters<typeof startServer>[0]>['settings'];

/** The issuer in the recorded documents. */
const RECORDED_ISSUER = 'https://id.example.com';

const restricted: Settings = {
  sessionManagement: 'off',
  secondFactor: 'off',
  passkeys: 'off',
  registration: 'off',
  requireSignedRequestObjects: 'on',
  allowedResponseTypes: 'code',
  signingAlgorithms: ['RS256', 'ES256'],
};

/** The document, with the recorded issuer. */
async function documentOf(settings: Settings): Promise<unknown> {
  const grantor = await startServer(settings === undefined ? {} : { settings });
  try {
    const response = await fetch(`${grantor.issuer}/.well-known/openid-configuration`);
    return JSON.parse((await response.text()).replaceAll(grantor.issuer, RECORDED_ISSUER));
  } finally {
    await grantor.stop();
  }
}

describe('the metadata that the endpoints contribute (RFC 8414 §3.2)', () => {
  it.each<[string, Settings]>([
    ['all features', undefined],
    ['few features', restricted],
  ])('has the members and values of the recorded document with %s', async (title, settings) => {
    const recorded = new URL(`recorded/${title.replace(' ', '-')}.json`, import.meta.url);
    expect(await documentOf(settings)).toEqual(JSON.parse(await readFile(recorded, 'utf8')));
  });
});
