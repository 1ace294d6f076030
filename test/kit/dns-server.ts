import { createSocket, type Socket } from 'node:dgram';

const TYPE_A = 1;
const NO_SUCH_NAME = 3;

/** A DNS server on loopback (RFC 1035 §4) that never responds for some names. */
export class DnsServer {
  /** The names of all queries for an IPv4 address. */
  readonly asked: string[] = [];

  private constructor(
    readonly address: string,
    readonly stop: () => Promise<void>,
  ) {}

  /**
   * @param addressOf the IPv4 address of a name, `unknown`, or `silent` for a query without a response
   */
  static async start(addressOf: (name: string) => string): Promise<DnsServer> {
    const socket: Socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    const server = new DnsServer(
      `127.0.0.1:${socket.address().port}`,
      () => new Promise((resolve) => socket.close(() => resolve())),
    );
    socket.on('message', (query, { address, port }) => {
      const { name, type, end } = questionOf(query);
      if (type === TYPE_A) server.asked.push(name);
      const found = addressOf(name);
      if (found !== 'silent') socket.send(answerTo(query.subarray(0, end), type, found), port, address);
    });
    return server;
  }
}

function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function answerTo(query: Buffer, type: number, found: string): Buffer {
  const header = Buffer.from(query);
  const hasAddress = found !== 'unknown' && type === TYPE_A;
  header.writeUInt16BE(0x8180 | (found === 'unknown' ? NO_SUCH_NAME : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(hasAddress ? 1 : 0, 6);
  header.writeUInt32BE(0, 8);
  if (!hasAddress) return header;
  const record = Buffer.from([0xc0, 12, 0, TYPE_A, 0, 1, 0, 0, 0, 60, 0, 4, ...found.split('.').map(Number)]);
  return Buffer.concat([header, record]);
}
