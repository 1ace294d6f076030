import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe } from 'vitest';
import { pythonEnvironment } from '../../../test/kit/python.js';
import { addressOf, checkProcess, type SampleProcess } from '../../node-web-app/test/process-checks.js';
import { checkSample } from '../../node-web-app/test/sample-checks.js';

const NAME = 'Python sample app';
const entry = fileURLToPath(new URL('../app.py', import.meta.url));
const requirements = fileURLToPath(new URL('../requirements.txt', import.meta.url));
let python: string;

beforeAll(async () => {
  python = await pythonEnvironment(requirements);
});

function run(env: Readonly<Record<string, string>>): SampleProcess {
  return spawn(python, [entry], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
}

describe('the Python sample app', () => {
  checkSample(async (env) => {
    const child = run({ ...env, PORT: '0', HOST: '' });
    const ended = once(child, 'exit');
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += String(chunk);
      });
    }
    // If it exits before its first line, its output has the reason.
    const failed = ended.then(() => Promise.reject(new Error(`It did not start. ${output}`)));
    const address = await Promise.race([addressOf(child, NAME), failed]);
    failed.catch(() => undefined);
    return {
      address,
      output: () => output,
      stop: async () => {
        child.kill();
        await ended;
      },
    };
  });
});

describe('its process', () => {
  checkProcess(NAME, run);
});
