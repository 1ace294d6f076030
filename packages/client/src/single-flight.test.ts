import { expect, it } from 'vitest';
import { SingleFlight } from './single-flight.js';

it('runs once for concurrent calls with the same key', async () => {
  const flights = new SingleFlight<string>();
  const runs: string[] = [];
  const run = (key: string) => async () => {
    runs.push(key);
    await Promise.resolve();
    return key;
  };
  const results = await Promise.all(['a', 'a', 'b', 'a'].map(async (key) => flights.do(key, run(key))));
  expect(results).toEqual(['a', 'a', 'b', 'a']);
  expect(runs).toEqual(['a', 'b']);
});

it('starts a new run from the catch block of a failed run', async () => {
  const flights = new SingleFlight<string>();
  const failed = flights.do('a', async () => Promise.reject(new Error('first')));
  const retried = failed.catch(async () => flights.do('a', async () => 'second'));
  expect(await retried).toBe('second');
});
