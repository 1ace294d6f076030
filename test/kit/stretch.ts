import { scryptSync } from 'node:crypto';
import type { Stretch } from '../../packages/server/src/crypto/stretch.js';

/** Stretches in a tenth of a millisecond: tests start hundreds of servers, and none of them is to be guessed at. */
export const cheapStretch: Stretch = async (secret) => scryptSync(secret, 'tests', 32, { N: 16 });
