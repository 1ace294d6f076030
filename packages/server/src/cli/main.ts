import { ConfigError } from '../config/load-config.js';
import { ApiFailure } from './api/api-client.js';
import { program } from './program.js';
import { StartError } from './start-error.js';

try {
  await program.parseAsync();
} catch (error) {
  // A wrong setting, a taken port or a refusal is for the operator to read, not to trace.
  const isNews = [ConfigError, StartError, ApiFailure].some((kind) => error instanceof kind);
  console.error(isNews && error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
