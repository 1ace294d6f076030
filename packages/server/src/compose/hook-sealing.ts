import { createHooks, type Hooks } from '../authorization/hooks.js';
import { stretchedOnly } from '../crypto/deployment-keys.js';
import { createSealer } from '../crypto/seal.js';
import type { ServerDependencies } from './dependencies.js';

/** The challenges of the operator's pages, and what they answer. */
export function createHookSealing({ keys, clock, random }: ServerDependencies): Hooks {
  const sealing = stretchedOnly(keys);
  return createHooks(
    createSealer(sealing, 'hook-challenge', random),
    createSealer(sealing, 'hook-answer', random),
    clock,
    random,
  );
}
