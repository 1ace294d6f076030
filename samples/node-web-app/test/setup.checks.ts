import { expect, it } from 'vitest';
import { AuthorizationServer } from '../../../packages/client/test/authorization-server.js';
import { type Environment, ORIGIN, type RunningSample, Visitor } from './sample.js';
import { expectPlainPage, type Stage } from './stage.js';

/** What the app does while it is not set up, or set up wrongly. */
export function checkSetup(stage: Stage): void {
  let odd: RunningSample | undefined;
  const startWith = async (change: Environment) => {
    odd = await stage.start({ ...stage.env, ...change });
    return new Visitor(odd);
  };

  it('explains how to register the app while it has no CLIENT_ID', async () => {
    try {
      const someone = await startWith({ CLIENT_ID: '' });
      for (const path of ['/', '/connect', '/callback?code=1']) {
        const sight = await someone.get(path);
        expect(sight.status).toBe(200);
        expect(sight.text).toContain(`${stage.server.issuer}/api/2.0/clients`);
        const words = ['redirectUris', 'grantTypes', `${ORIGIN}/callback`, 'audience', 'CLIENT_SECRET='];
        for (const word of words) {
          expect(sight.text).toContain(word);
        }
      }
      expect((await someone.get('/health')).status).toBe(200);
    } finally {
      await odd?.stop();
    }
  });

  it('says so when the authorization server cannot be reached', async () => {
    const gone = await AuthorizationServer.start();
    await gone.stop();
    try {
      const someone = await startWith({ ISSUER: gone.issuer });
      const sight = await someone.get('/connect');
      expect(sight.status).toBe(502);
      expect(sight.text).toContain('The authorization server cannot be reached');
      expect(sight.text).toContain(gone.issuer);
      expectPlainPage(sight);
    } finally {
      await odd?.stop();
    }
  });
}
