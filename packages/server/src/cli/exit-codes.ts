/** With what every command ends, for scripts. */
export const exitCodes = {
  done: 0,
  /** The server, the database or a setting refused it, or could not be reached. */
  refused: 1,
  /** It was typed wrong, and nothing was asked or changed. */
  usage: 2,
  /** What it names does not exist. */
  notFound: 4,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The same, for `--help`. */
export const exitCodesHelp = `
Exit codes:
  ${exitCodes.done}  done
  ${exitCodes.refused}  refused or failed; standard error says why
  ${exitCodes.usage}  typed wrong: an unknown option, a missing argument, no --yes where nobody can be asked
  ${exitCodes.notFound}  not found`;

/** A reason for ending without success that the operator reads as it is, without a trace. */
export class CommandFailure extends Error {
  /** With what the process ends. */
  readonly exitCode: ExitCode;

  constructor(message: string, { exitCode = exitCodes.refused, ...options }: FailureOptions = {}) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

export interface FailureOptions extends ErrorOptions {
  readonly exitCode?: ExitCode;
}
