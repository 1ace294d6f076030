import { Readable } from 'node:stream';
import { isLoopbackHost } from '@grantor/protocol';
import { runAfter } from '../timers/timers.js';
import { type MailConnection, MailRefused, type MailTransport } from './transport.js';

/** How long a connection, and everything before the end of a mail, may take. */
const CONNECT_MILLISECONDS = 10_000;
const BEFORE_HAND_OVER_MILLISECONDS = 60_000;

/** How long to wait for the reply to the end of a mail: a shorter wait makes duplicates (RFC 5321 §4.5.3.2.6). */
const REPLY_MILLISECONDS = 600_000;

/** The parts of `GRANTOR_SMTP_URL`. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (`smtps:`, RFC 8314 §3.3); otherwise STARTTLS (RFC 3207). */
  readonly implicitTls: boolean;
  /** Whether mails may go over a connection without TLS. */
  readonly tlsIsOptional: boolean;
  readonly user: string;
  readonly password: string;
}

/** @param text a URL that the configuration has validated */
export function readSmtpUrl(text: string): SmtpServer {
  const url = new URL(text);
  const implicitTls = url.protocol === 'smtps:';
  const defaultPort = implicitTls ? 465 : 587;
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? defaultPort : Number(url.port),
    implicitTls,
    tlsIsOptional: url.searchParams.get('tls') === 'optional' || isLoopbackHost(url.hostname),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
}

/** Sends mails to the operator's mail server (RFC 5321). */
export function createSmtpTransport(server: SmtpServer): MailTransport {
  return {
    async connect() {
      // Loaded for the first mail: a server without mails does not need it.
      const { default: SMTPConnection } = await import('nodemailer/lib/smtp-connection');
      const connection = new SMTPConnection({
        host: server.host,
        port: server.port,
        secure: server.implicitTls,
        requireTLS: !server.tlsIsOptional,
        connectionTimeout: CONNECT_MILLISECONDS,
        greetingTimeout: CONNECT_MILLISECONDS,
        dnsTimeout: CONNECT_MILLISECONDS,
        socketTimeout: REPLY_MILLISECONDS,
      });
      /** Ends the step that is in progress, if any. */
      let fail: (error: unknown) => void = () => {};
      connection.on('error', (error: unknown) => fail(error));
      connection.on('end', () => fail(new Error('the connection was closed')));

      /** Runs one step of the dialogue within the time that it has before the end of a mail. */
      const step = (
        during: 'connect' | 'send',
        run: (done: (error?: unknown) => void, noLimit: () => void) => void,
      ) => {
        const cancel = runAfter(BEFORE_HAND_OVER_MILLISECONDS, () => connection.close());
        return new Promise<void>((resolve, reject) => {
          fail = (error) => reject(refusalOf(error, during));
          run((error) => (error ? fail(error) : resolve()), cancel);
        }).finally(() => {
          cancel();
          fail = () => {};
        });
      };

      try {
        await step('connect', (done) => connection.connect(done));
        const credentials = { user: server.user, pass: server.password };
        if (server.user !== '') await step('connect', (done) => connection.login({ credentials }, done));
      } catch (error) {
        connection.close();
        throw error;
      }
      return {
        send: ({ from, to, bytes }, handOver) =>
          step('send', (done, noLimit) => {
            // The library reads it after the mail server has accepted the recipient, and then ends the data.
            const message = Readable.from(endingWith(bytes, handOver, { done, noLimit }));
            connection.send({ from, to: [to] }, message, (error) => done(error));
          }),
        close: () => connection.close(),
      } satisfies MailConnection;
    },
  };
}

interface Step {
  readonly done: (error?: unknown) => void;
  readonly noLimit: () => void;
}

/** The mail, which ends once it is handed over. Without an end, the mail server does not deliver it. */
async function* endingWith(bytes: Buffer, handOver: () => Promise<void>, { done, noLimit }: Step) {
  yield bytes;
  try {
    await handOver();
  } catch (error) {
    done(error);
    throw error;
  }
  noLimit();
}

/** The same error without the text of the reply, which can name the recipient. */
function refusalOf(error: unknown, during: 'connect' | 'send'): unknown {
  if (!(error instanceof Error) || !('code' in error || error.message.startsWith('the connection'))) {
    return error;
  }
  const reply = 'responseCode' in error ? Number(error.responseCode) : undefined;
  return new MailRefused(during, reply, 'code' in error ? String(error.code) : 'closed');
}
