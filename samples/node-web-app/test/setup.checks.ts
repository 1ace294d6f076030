import { expect, it } from 'vitest';
import { AuthorizationServer } from '../../../packages/client/test/authorization-server.js';
import { type Environment, ORIGIN, type RunningSample, Visitor } from './sample.js';
import { expectPlainPage, type Stage } from './stage.js';

/** The behaviour of the app with missing or wrong settings. */
export function checkSetup(stage: Stage): void {
  let sample: RunningSample | undefined;
  const startWith = async (change: Environment) => {
    sample = await stage.start({ ...stage.env, ...change });
    return new Visitor(sample);
  };

  it('explains how to register the app if it has no CLIENT_ID', async () => {
    try {
      const visitor = await startWith({ CLIENT_ID: '' });
      for (const path of ['/', '/connect', '/callback?code=1']) {
        const page = await visitor.get(path);
        expect(page.status).toBe(200);
        expect(page.text).toContain(`${stage.server.issuer}/api/2.0/clients`);
        const words = ['redirectUris', 'grantTypes', `${ORIGIN}/callback`, 'audience', 'CLIENT_SECRET='];
        for (const word of words) {
          expect(page.text).toContain(word);
        }
      }
      expect((await visitor.get('/health')).status).toBe(200);
    } finally {
      await sample?.stop();
    }
  });

  it('shows a page if the authorization server cannot be reached', async () => {
    const gone = await AuthorizationServer.start();
    await gone.stop();
    try {
      const visitor = await startWith({ ISSUER: gone.issuer });
      const page = await visitor.get('/connect');
      expect(page.status).toBe(502);
      expect(page.text).toContain('The authorization server cannot be reached');
      expect(page.text).toContain(gone.issuer);
      expectPlainPage(page);
    } finally {
      await sample?.stop();
    }
  });
}
