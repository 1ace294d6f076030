import { describe, expect, it } from 'vitest';
import type { SigningKeyRecord } from '../storage/ports/index.js';
import { JWKS_MAX_AGE_SECONDS, readyAt, scheduleOf } from './schedule.js';

const key = (generation: number, signsFrom: number | null, tokenSeconds = 1000): SigningKeyRecord => ({
  kid: `key ${generation}`,
  algorithm: 'ES256',
  generation,
  publicJwk: '{}',
  sealedPrivateJwk: '',
  createdAt: 0,
  signsFrom,
  tokenSeconds,
});

const statesOf = (keys: readonly SigningKeyRecord[], now: number) =>
  scheduleOf(keys, now).map(({ record, state }) => `${record.generation} ${state}`);

describe('where a key stands', () => {
  it('begins as the next one, without an end', () => {
    const [next] = scheduleOf([key(1, 0), key(2, null)], 50);
    expect({ state: next?.state, until: next?.until }).toEqual({ state: 'next', until: null });
  });

  it('changes at the very second that is settled', () => {
    const keys = [key(1, 0), key(2, 100), key(3, null)];
    expect(statesOf(keys, 99)).toEqual(['3 next', '2 next', '1 signing']);
    expect(statesOf(keys, 100)).toEqual(['3 next', '2 signing', '1 retired']);
    expect(scheduleOf(keys, 99).map(({ until }) => until)).toEqual([null, 100, 100]);
  });

  it('ends some time after the last token that it can have signed', () => {
    const keys = [key(1, 0), key(2, 100)];
    const until = scheduleOf(keys, 100)[1]?.until ?? 0;
    expect(until).toBeGreaterThan(100 + 1000);
    expect(statesOf(keys, until - 1)).toEqual(['2 signing', '1 retired']);
    expect(statesOf(keys, until)).toEqual(['2 signing', '1 over']);
  });

  it('does not depend on the order in which the keys are read', () => {
    const keys = [key(2, 100), key(3, null), key(1, 0)];
    expect(statesOf(keys, 100)).toEqual(statesOf(keys.toReversed(), 100));
  });

  it('signs no earlier than what a client has kept is out of date', () => {
    expect(readyAt({ createdAt: 1000 })).toBeGreaterThan(1000 + JWKS_MAX_AGE_SECONDS);
  });
});
