import { verify } from '@node-rs/bcrypt';
import type { HashAlgorithm } from './hash-algorithm.js';

/** Each step doubles the work. 14 takes about a second of one core. */
const COST = { least: 4, most: 14 } as const;

const FORMAT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;

/** bcrypt, in the modular crypt format: `$2b$10$…`. It reads 72 bytes of a password. */
export const bcrypt: HashAlgorithm = {
  name: 'bcrypt',
  read(text) {
    if (!text.startsWith('$2')) return undefined;
    const cost = Number(FORMAT.exec(text)?.[1]);
    if (Number.isNaN(cost)) return { refused: 'must be a bcrypt hash of 60 characters such as $2b$10$…' };
    if (cost < COST.least || cost > COST.most) {
      return { refused: `must have a bcrypt cost from ${COST.least} to ${COST.most}` };
    }
    return { parameters: String(cost), value: text };
  },
  verify: (_, value, password) => verify(password, value),
  standIn(parameters, random) {
    const letters = random(39).toString('base64url').replaceAll('-', '.').replaceAll('_', '/');
    // The last letter of the salt has two bits only.
    return `$2b$${parameters.padStart(2, '0')}$${letters.slice(0, 21)}.${letters.slice(21)}`;
  },
};
