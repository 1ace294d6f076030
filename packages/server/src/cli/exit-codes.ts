/** The exit codes of all commands, for scripts. */
export const exitCodes = {
  done: 0,
  /** The server, the database or a setting refused the command, or could not be reached. */
  refused: 1,
  /** Wrong usage. Nothing was sent or changed. */
  usage: 2,
  /** The named resource does not exist. */
  notFound: 4,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The same, for `--help`. */
export const exitCodesHelp = `
Exit codes:
  ${exitCodes.done}  done
  ${exitCodes.refused}  refused or failed; standard error says why
  ${exitCodes.usage}  wrong usage: an unknown option, a missing argument, or no --yes without a terminal
  ${exitCodes.notFound}  not found`;

/** A failure whose message is printed without a stack trace. */
export class CommandFailure extends Error {
  /** The exit code of the process. */
  readonly exitCode: ExitCode;

  constructor(message: string, { exitCode = exitCodes.refused, ...options }: FailureOptions = {}) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

export interface FailureOptions extends ErrorOptions {
  readonly exitCode?: ExitCode;
}
