import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { expect, it } from 'vitest';

/** A running sample whose output can be read. */
export type SampleProcess = ChildProcessByStdio<null, Readable, Readable>;

/** The IPv6 loopback address, on machines that have it. */
const IPV6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'))
  ? ['[::1]']
  : [];

/** Waits for the line with the address of a sample. @returns the address */
export async function addressOf(child: SampleProcess, name: string): Promise<string> {
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const address = new RegExp(`^${name}: (http://localhost:\\d+)$`).exec(line)?.[1];
  if (address === undefined) throw new Error(`The first line has no address: ${line}`);
  return address;
}

/**
 * The behaviour of every sample as a process.
 *
 * @param name the start of its first line
 * @param start starts it with these environment variables in addition to those of this process
 */
export function checkProcess(name: string, start: (env: Record<string, string>) => SampleProcess): void {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'prints its address in one line, listens on both loopback addresses, and stops cleanly on %s',
    async (signal) => {
      const child = start({ PORT: '0', HOST: '' });
      const ended = once(child, 'exit');
      let errors = '';
      child.stderr.on('data', (chunk) => {
        errors += String(chunk);
      });
      try {
        const { port } = new URL(await addressOf(child, name));
        for (const host of ['localhost', '127.0.0.1', ...IPV6]) {
          expect((await fetch(`http://${host}:${port}/health`)).status).toBe(200);
        }
      } finally {
        child.kill(signal);
      }
      expect(await ended).toEqual([0, null]);
      expect(errors).toBe('');
    },
  );

  it('prints in one line why it cannot start', async () => {
    const first = start({ PORT: '0', HOST: '' });
    const firstEnded = once(first, 'exit');
    try {
      const { port } = new URL(await addressOf(first, name));
      const second = start({ PORT: port, HOST: '' });
      const errors = once(createInterface(second.stderr), 'line');
      expect(await once(second, 'exit')).toEqual([1, null]);
      expect(await errors).toEqual([expect.stringMatching(/^The app cannot start: .*in use/i)]);
    } finally {
      first.kill();
    }
    await firstEnded;
  });
}
