import { CommanderError } from 'commander';
import { ConfigError } from '../config/check-settings.js';
import { CommandFailure, exitCodes } from './exit-codes.js';
import { program } from './program.js';

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has printed its message. Help and version are not errors.
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  } else {
    // An explained error is printed without a stack trace.
    const isExplained = error instanceof ConfigError || error instanceof CommandFailure;
    console.error(isExplained ? error.message : error);
    process.exitCode = error instanceof CommandFailure ? error.exitCode : exitCodes.refused;
  }
}
