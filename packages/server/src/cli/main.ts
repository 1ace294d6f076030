import { CommanderError } from 'commander';
import { ConfigError } from '../config/load-config.js';
import { CommandFailure, exitCodes } from './exit-codes.js';
import { program } from './program.js';

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has said it already; asking for help or the version is no mistake.
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  } else {
    // A wrong setting, a taken port or a refusal is for the operator to read, not to trace.
    const isExplained = error instanceof ConfigError || error instanceof CommandFailure;
    console.error(isExplained ? error.message : error);
    process.exitCode = error instanceof CommandFailure ? error.exitCode : exitCodes.refused;
  }
}
