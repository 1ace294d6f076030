import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** A mail that the server has accepted. */
export interface ReceivedMail {
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The part for programs that show no HTML. */
  readonly text: string;
  readonly html: string;
}

/** A moment of the dialogue, before the reply to it is sent (RFC 5321 §4.1.1). */
export type SmtpMoment = 'connection' | 'recipient' | 'data' | 'end of data';

/** Returns the reply to send instead of the usual one, or waits before the usual one is sent. */
export type SmtpHook = (moment: SmtpMoment) => Promise<string | undefined> | string | undefined;

const replies: Readonly<Record<SmtpMoment, string>> = {
  connection: '220 localhost ESMTP',
  recipient: '250 2.1.5 OK',
  data: '354 Go ahead',
  'end of data': '250 2.0.0 Queued',
};

/** A mail server on loopback. A mail counts as received as soon as the end of its data has arrived. */
export class TestSmtpServer {
  readonly received: ReceivedMail[] = [];
  hook: SmtpHook = () => undefined;
  readonly #sockets = new Set<Socket>();
  readonly #waiting = new Set<() => void>();
  readonly #server: Server;
  port = 0;

  private constructor() {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => {});
      void this.#talk(socket).catch(() => socket.destroy());
    });
  }

  /** @param port a free one unless set */
  static async start(port = 0): Promise<TestSmtpServer> {
    const server = new TestSmtpServer();
    server.#server.listen(port, '127.0.0.1');
    await once(server.#server, 'listening');
    const address = server.#server.address();
    server.port = typeof address === 'object' && address !== null ? address.port : 0;
    return server;
  }

  /** For `GRANTOR_SMTP_URL`. */
  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  /**
   * Waits for the first mail to this address that has not been taken yet, and takes it.
   *
   * @param subject what its subject has; anything unless set
   */
  async take(to: string, subject = ''): Promise<ReceivedMail> {
    for (;;) {
      const index = this.received.findIndex((mail) => mail.to === to && mail.subject.includes(subject));
      const [mail] = index === -1 ? [] : this.received.splice(index, 1);
      if (mail !== undefined) return mail;
      await this.next();
    }
  }

  /** Waits until another mail is received. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #reply(socket: Socket, moment: SmtpMoment): Promise<void> {
    socket.write(`${(await this.hook(moment)) ?? replies[moment]}\r\n`);
  }

  async #talk(socket: Socket): Promise<void> {
    let rest = '';
    let to = '';
    let inData = false;
    await this.#reply(socket, 'connection');
    for await (const chunk of socket.setEncoding('utf8')) {
      rest += String(chunk);
      for (;;) {
        const end = rest.indexOf(inData ? '\r\n.\r\n' : '\r\n');
        if (end === -1) break;
        const line = rest.slice(0, end);
        rest = rest.slice(end + (inData ? 5 : 2));
        if (inData) {
          inData = false;
          this.received.push(parseMail(line, to));
          for (const resolve of this.#waiting) resolve();
          this.#waiting.clear();
          await this.#reply(socket, 'end of data');
        } else if (/^RCPT TO:/i.test(line)) {
          to = /<(.*?)>/.exec(line)?.[1] ?? '';
          await this.#reply(socket, 'recipient');
        } else if (/^DATA$/i.test(line)) {
          inData = true;
          await this.#reply(socket, 'data');
        } else if (/^QUIT$/i.test(line)) {
          socket.end('221 Bye\r\n');
        } else {
          socket.write('250 OK\r\n');
        }
      }
    }
  }
}

function parseMail(source: string, to: string): ReceivedMail {
  const message = source.replaceAll('\r\n..', '\r\n.');
  const headers = headersOf(message);
  const boundary = /boundary="?([^";]+)/.exec(headers['content-type'] ?? '')?.[1] ?? '';
  const parts = message.split(`--${boundary}`).slice(1, -1);
  const bodyOf = (type: string) => {
    const part = parts
      .map((each) => each.trimStart())
      .find((each) => headersOf(each)['content-type']?.startsWith(type));
    return part === undefined ? '' : decode(part.slice(part.indexOf('\r\n\r\n') + 4), headersOf(part));
  };
  return {
    messageId: headers['message-id'] ?? '',
    to,
    subject: decodeWords(headers.subject ?? ''),
    headers,
    text: bodyOf('text/plain').replaceAll('\r\n', '\n'),
    html: bodyOf('text/html'),
  };
}

function headersOf(message: string): Record<string, string> {
  const head = message.slice(0, message.indexOf('\r\n\r\n')).replaceAll(/\r\n[ \t]+/g, ' ');
  return Object.fromEntries(
    head.split('\r\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

function decode(body: string, headers: Readonly<Record<string, string>>): string {
  const encoding = headers['content-transfer-encoding'];
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  return encoding === 'quoted-printable' ? decodeQuoted(body.replaceAll('=\r\n', '')) : body;
}

/** Encoded words in headers (RFC 2047 §2). */
function decodeWords(text: string): string {
  return text
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?(.)\?(.*?)\?=/gi, (_, kind: string, word: string) =>
      kind.toUpperCase() === 'B'
        ? Buffer.from(word, 'base64').toString('utf8')
        : decodeQuoted(word.replaceAll('_', ' ')),
    );
}

function decodeQuoted(text: string): string {
  return Buffer.from(
    text.replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');
}
