import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What the samples are written in. */
export const languages = ['mjs', 'py'] as const;

/** One of the sample apps, running. */
export interface SampleApp {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts a sample app on a free port and waits until it listens.
 *
 * @param environment what its `.env` file would say
 */
export async function startSample(
  language: (typeof languages)[number],
  environment: Readonly<Record<string, string>>,
): Promise<SampleApp> {
  const program = fileURLToPath(new URL(`samples/app.${language}`, import.meta.url));
  const child = spawn(language === 'py' ? 'python3' : process.execPath, [program], {
    env: { PATH: process.env.PATH, ...environment, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [listening] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>,
    ended.then(([code]: unknown[]) => {
      throw new Error(`the sample ended with code ${String(code)} before it listened`);
    }),
  ]);
  return {
    url: `http://localhost:${listening}`,
    async stop() {
      child.kill();
      await ended;
    },
  };
}
