// Prints how many tests passed and failed, alone on a line, from the report that the run left behind.
import { readFileSync } from 'node:fs';

const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, success } = JSON.parse(
  readFileSync(process.argv[2], 'utf8'),
);
const skipped = numPendingTests + numTodoTests;
console.log(`${numPassedTests} passed, ${numFailedTests} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
// What did not run was not shown: a skipped test and an empty run count as failures.
if (!success || skipped > 0 || numPassedTests === 0) process.exitCode = 1;
