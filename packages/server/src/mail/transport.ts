/** A mail as the mail server gets it. */
export interface Message {
  /** The address that notices about failed deliveries go to. */
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  /** The body as plain text, which `bytes` has too. */
  readonly text: string;
  /** Headers and body (RFC 5322). */
  readonly bytes: Buffer;
}

/** An open connection to a mail server, for one mail after the other. */
export interface MailConnection {
  /**
   * Sends one mail.
   *
   * @param handOver called when the mail server has received all but the end of the mail. If it rejects, the mail server
   *   never gets the end and does not deliver the mail
   * @returns once the mail server has accepted the mail
   * @throws MailRefused if it did not, or the error of `handOver`
   */
  send(message: Message, handOver: () => Promise<void>): Promise<void>;
  close(): void;
}

/** The way to a mail server. */
export interface MailTransport {
  /** @throws MailRefused */
  connect(): Promise<MailConnection>;
}

/** Why a mail was not accepted. Its message is for the log, and names no address. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused';
  /** Whether another attempt would be refused too. */
  readonly isPermanent: boolean;

  /**
   * @param reply the reply code of the mail server (RFC 5321 §4.2); undefined if there was none
   * @param code what happened otherwise, such as `ECONNECTION`
   */
  constructor(during: 'connect' | 'send', reply: number | undefined, code: string) {
    super(
      reply === undefined ? `the mail server did not reply (${code})` : `the mail server replied ${reply}`,
    );
    // RFC 5321 §4.2.1. A refused connection or password is for the operator to change, so that the mails wait.
    this.isPermanent = during === 'send' && reply !== undefined && reply >= 500;
  }
}
