import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/storage/ports/index.js';
import { atOnce } from './fixtures.js';

export function deploymentContract(store: () => Store): void {
  describe('values of the deployment', () => {
    it('keeps the first value', async () => {
      const name = randomUUID();
      expect(await store().deployment.keep(name, 'first')).toBe('first');
      expect(await store().deployment.keep(name, 'second')).toBe('first');
    });

    it('makes all processes agree on one of many simultaneous values', async () => {
      const name = randomUUID();
      const kept = await atOnce(20, (index) => store().deployment.keep(name, `value ${index}`));
      expect(new Set(kept).size).toBe(1);
    });
  });
}
