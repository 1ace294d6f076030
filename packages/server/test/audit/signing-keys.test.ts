import { describe, expect, it, onTestFinished } from 'vitest';
import { type DeployedServer, Deployment } from '../../../../test/kit/deployment.js';
import { databases } from '../../../../test/kit/servers.js';
import { cheapStretch } from '../../../../test/kit/stretch.js';
import { createDatabase } from '../../../../test/kit/test-database.js';
import { openKeyManagement } from '../../src/compose/key-management.js';
import { openRegistrationTokens } from '../../src/compose/registration-tokens.js';

const DAY = 86_400;

describe.each(databases)('events of the deployment, on %s', (database) => {
  async function start(): Promise<{ deployment: Deployment; server: DeployedServer }> {
    const deployment = new Deployment(await createDatabase(database), { keyRotationSeconds: 90 * DAY });
    onTestFinished(() => deployment.stop());
    return { deployment, server: await deployment.start() };
  }
  const eventsOf = async ({ server }: DeployedServer, typeGroup: string) =>
    (await server.store.audit.list({ limit: 100, after: null }, { typeGroup })).items;

  it('writes one event for each key that the schedule rotates', async () => {
    const { deployment, server } = await start();
    await server.tick();
    expect(await eventsOf(server, 'signing_key')).toEqual([]);
    deployment.clock.now += 91 * DAY;
    await server.tick();
    const rotated = await eventsOf(server, 'signing_key');
    expect(rotated.length).toBeGreaterThan(2);
    expect(new Set(rotated.map(({ target }) => target?.id)).size).toBe(rotated.length);
    for (const event of rotated) {
      expect(event).toMatchObject({
        type: 'signing_key.rotated',
        actor: { type: 'system', id: null },
        via: null,
        target: { type: 'signing_key' },
        after: { algorithm: expect.any(String), signs_from: expect.any(String) },
      });
    }
    await server.tick();
    expect(await eventsOf(server, 'signing_key')).toHaveLength(rotated.length);
  });

  it('writes one event for each key that the operator rotates or replaces', async () => {
    const { deployment, server } = await start();
    const management = await openKeyManagement(deployment.config(), {
      clock: deployment.clock.read,
      stretch: cheapStretch,
    });
    onTestFinished(() => management.close());
    const rotations = await management.rotate();
    await management.rotate();
    const rotated = await eventsOf(server, 'signing_key');
    expect(new Set(rotated.map(({ target }) => target?.id))).toEqual(
      new Set(rotations.map(({ kid }) => kid)),
    );
    expect(rotated).toHaveLength(rotations.length);
    const operator = { actor: { type: 'operator', id: null, name: null }, via: 'command_line' };
    for (const event of rotated) expect(event).toMatchObject({ type: 'signing_key.rotated', ...operator });
    const replacements = await management.replace();
    const all = await eventsOf(server, 'signing_key');
    expect(all).toHaveLength(rotated.length + replacements.length);
    expect(all.filter(({ type }) => type === 'signing_key.replaced')).toHaveLength(replacements.length);
    const keys = await server.server.store.keys.list();
    for (const { sealedPrivateJwk } of keys) expect(JSON.stringify(all)).not.toContain(sealedPrivateJwk);
  });

  it('writes an event when the operator creates or revokes a registration token', async () => {
    const { deployment, server } = await start();
    const tokens = await openRegistrationTokens(deployment.config());
    onTestFinished(() => tokens.close());
    const { token, record } = await tokens.create({ name: 'For CI' });
    expect(await tokens.delete(record.id)).toBe('deleted');
    expect(await tokens.delete(record.id)).toBe('missing');
    const events = await eventsOf(server, 'registration_token');
    expect(events.map(({ type }) => type)).toEqual([
      'registration_token.deleted',
      'registration_token.created',
    ]);
    for (const event of events) {
      expect(event).toMatchObject({ actor: { type: 'operator' }, target: { id: record.id } });
    }
    for (const secret of [token, record.hash]) expect(JSON.stringify(events)).not.toContain(secret);
  });
});
