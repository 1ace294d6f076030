import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    // Tests read the sources, so that a failing line is a line of the repository and coverage is true.
    alias: {
      '@grantor/protocol': source('packages/protocol/src/index.ts'),
      '@grantor/client/private-key-jwt': source('packages/client/src/private-key-jwt.ts'),
      '@grantor/client': source('packages/client/src/index.ts'),
      '@grantor/guard/hono': source('packages/guard/src/hono.ts'),
      '@grantor/guard/express': source('packages/guard/src/express.ts'),
      '@grantor/guard/fastify': source('packages/guard/src/fastify.ts'),
      '@grantor/guard': source('packages/guard/src/index.ts'),
      '@grantor/server/protocol': source('packages/server/src/protocol/index.ts'),
      '@grantor/server': source('packages/server/src/index.ts'),
    },
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'hono/jsx' } },
  test: {
    include: [
      'test/**/*.test.ts',
      'interop/**/*.test.ts',
      'packages/**/*.test.{ts,tsx}',
      'samples/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: ['test/kit/global-setup.ts'],
    // Test files share the modules of a worker, which have no state of their own. Loading them for each file takes as
    // much time as the tests.
    isolate: false,
    // Every core: tests wait for servers and databases much of their time.
    maxWorkers: '100%',
    testTimeout: 30_000,
    // A loaded machine is late, not wrong.
    expect: { poll: { timeout: 15_000 } },
    hookTimeout: 120_000,
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**', 'samples/*/src/**'],
      exclude: ['**/*.test.*'],
      reporter: ['text-summary', 'html'],
    },
  },
});
