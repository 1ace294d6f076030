import { randomBytes } from 'node:crypto';
import { ConfigError, loadConfig } from '@grantor/server';
import { describe, expect, it } from 'vitest';
import { secretProblem } from '../../src/config/secret-strength.js';

const environment = { GRANTOR_ISSUER: 'https://id.example', GRANTOR_DATABASE_URL: 'sqlite:./grantor.db' };
const ADVICE = 'openssl rand -base64 32';

describe('GRANTOR_SECRET', () => {
  it.each(['base64', 'base64url', 'hex'] as const)('may be 32 random bytes in %s', (encoding) => {
    for (let count = 0; count < 2000; count += 1) {
      expect(secretProblem(randomBytes(32).toString(encoding))).toBeUndefined();
    }
  });

  it.each([
    'a'.repeat(64),
    'ab'.repeat(32),
    '12345678901234567890123456789012',
    '0123456789abcdef0123456789abcdef',
    'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
    'qwertyuiopasdfghjklzxcvbnm1234567890',
    'Passw0rd!Passw0rd!Passw0rd!Passw0rd!',
    'change-me-change-me-change-me-change-me',
    'my super secret grantor secret 2026!!',
    'a secret for tests, with more than 32 characters',
    'CorrectHorseBatteryStapleOrangeBicycleMountain',
    'the quick brown fox jumps over the lazy dog and runs away',
    'correct-horse-battery-staple-orange-bicycle-mountain-window-river',
    'vocal orbit tundra maple quartz bison ember noble ripple zebra canyon velvet',
  ])('is refused if it can be guessed: %s', (secret) => {
    const load = () => loadConfig({ ...environment, GRANTOR_SECRET: secret });
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(/GRANTOR_SECRET can be guessed/);
    expect(load).toThrow(ADVICE);
    expect(load).not.toThrow(secret);
  });

  it('is refused if it is short, with the command that creates one', () => {
    expect(() => loadConfig({ ...environment, GRANTOR_SECRET: 'x7Rk3Wz8Qp' })).toThrow(
      /GRANTOR_SECRET must have at least 32 characters.*openssl rand -base64 32/,
    );
  });

  it('may be any of 32 characters for grantor dev, and as the previous one', () => {
    const GRANTOR_SECRET = 'a secret for tests, with more than 32 characters';
    expect(loadConfig({ ...environment, GRANTOR_SECRET }, {}, 'accept').secret).toBe(GRANTOR_SECRET);
    const changing = {
      ...environment,
      GRANTOR_SECRET: randomBytes(32).toString('base64'),
      GRANTOR_SECRET_PREVIOUS: GRANTOR_SECRET,
    };
    expect(loadConfig(changing).secretPrevious).toBe(GRANTOR_SECRET);
  });
});
