import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newestEvents } from '../../../../test/kit/audit-events.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import type { Repeat } from '../../src/timers/timers.js';
import { attempt, browserAt, sizeOf } from './support.js';

describe.each(databases)(
  'a refused sign-in does the same work for a real and an invented login, on %s',
  (database) => {
    let grantor: TestServer;
    const tasks: (() => Promise<void>)[] = [];
    const repeat: Repeat = (_seconds, task) => {
      tasks.push(task);
      return async () => {};
    };
    beforeAll(async () => {
      grantor = await startServer({ database, repeat });
    });
    afterAll(() => grantor.stop());

    const refusals = async () =>
      (await newestEvents(grantor))
        .filter(({ type }) => type === 'session.refused')
        .map(({ after }) => after);
    const tick = async () => {
      for (const task of tasks) await task();
    };

    it('writes nothing during the request, and one event with the next write, for both', async () => {
      const seen: unknown[] = [];
      for (const username of [grantor.user.username, 'invented@example.com']) {
        const before = await refusals();
        await attempt(grantor, browserAt('203.0.113.1'), username);
        const after = await refusals();
        await tick();
        const written = await refusals();
        seen.push([after.length - before.length, written.length - before.length]);
      }
      expect(seen).toEqual([
        [0, 1],
        [0, 1],
      ]);
      expect(await refusals()).toEqual([
        { reason: 'not_listed', attempts: 1 },
        { reason: 'wrong_password', attempts: 1 },
      ]);
    });

    it('writes one event for many attempts of one time, whether or not the login exists', async () => {
      for (const username of [grantor.user.username, 'other@example.com']) {
        const before = (await refusals()).length;
        for (let count = 0; count < 4; count += 1) await attempt(grantor, browserAt('203.0.113.2'), username);
        expect(sizeOf(grantor, 'refused sign-ins to be written')).toBeLessThanOrEqual(1);
        await tick();
        expect((await refusals()).length - before).toBe(1);
        expect((await refusals())[0]).toMatchObject({ attempts: 4 });
      }
    });

    it('writes nothing without a refusal', async () => {
      const before = (await refusals()).length;
      await tick();
      await tick();
      expect(await refusals()).toHaveLength(before);
    });

    it('never names a login that no account has', async () => {
      expect(JSON.stringify(await newestEvents(grantor))).not.toContain('invented@example.com');
    });
  },
);
