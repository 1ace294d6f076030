import { createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { BerReader, BerWriter } from 'ldapts';

/** A certificate in PEM with its key. */
export interface TestCertificate {
  readonly key: string;
  readonly cert: string;
}

/** An entry of the test directory. */
export interface LdapEntry {
  readonly dn: string;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  /** Without one, no bind as this entry succeeds. */
  readonly password?: string;
}

/** What the server received, in order: `bind cn=…`, `search (uid=ada)`, `startTls`. */
type Received = readonly string[];

/** A small LDAP server (RFC 4511) with simple binds, searches by `and`, `or`, `not`, equality and presence, and StartTLS. */
export interface TestLdapServer {
  readonly url: string;
  readonly received: Received;
  /** How many connections it has accepted. */
  connections(): number;
  /** Closes all connections, as a directory does with those that are idle. */
  disconnect(): void;
  /** Makes the server accept requests and send no responses. */
  hang(isHanging: boolean): void;
  stop(): Promise<void>;
}

/** The tags of operations and results (RFC 4511 §4). */
const tags = {
  bindRequest: 0x60,
  bindResponse: 0x61,
  unbindRequest: 0x42,
  searchRequest: 0x63,
  searchEntry: 0x64,
  searchDone: 0x65,
  searchReference: 0x73,
  extendedRequest: 0x77,
  extendedResponse: 0x78,
} as const;

const results = {
  success: 0,
  operationsError: 1,
  protocolError: 2,
  sizeLimitExceeded: 4,
  invalidCredentials: 49,
} as const;

type Matches = (entry: LdapEntry) => boolean;

export async function startLdapServer(
  entries: readonly LdapEntry[],
  { serviceDn, tls }: { readonly serviceDn: string; readonly tls?: TestCertificate },
): Promise<TestLdapServer> {
  const received: string[] = [];
  const sockets = new Set<Socket>();
  let isHanging = false;
  let accepted = 0;

  function serve(plain: Socket): void {
    let socket: Socket = plain;
    let boundAs = '';
    let pending = Buffer.alloc(0);
    const send = (id: number, tag: number, write: (writer: BerWriter) => void) => {
      const writer = new BerWriter();
      writer.startSequence();
      writer.writeInt(id);
      writer.startSequence(tag);
      write(writer);
      writer.endSequence();
      writer.endSequence();
      socket.write(writer.buffer);
    };
    const finish = (id: number, tag: number, code: number) =>
      send(id, tag, (writer) => {
        writer.writeEnumeration(code);
        writer.writeString('');
        writer.writeString('');
      });

    function bind(id: number, reader: BerReader): void {
      reader.readInt();
      const dn = reader.readString() ?? '';
      const password = reader.readString(0x80) ?? '';
      received.push(`bind ${dn}`);
      const entry = entries.find((each) => each.dn.toLowerCase() === dn.toLowerCase());
      // RFC 4513 §5.1.2: many servers accept an empty password, as anonymous.
      const isAccepted = password === '' || (entry?.password !== undefined && entry.password === password);
      boundAs = isAccepted && password !== '' ? dn : '';
      finish(id, tags.bindResponse, isAccepted ? results.success : results.invalidCredentials);
    }

    function search(id: number, reader: BerReader): void {
      const base = (reader.readString() ?? '').toLowerCase();
      reader.readEnumeration();
      reader.readEnumeration();
      const limit = reader.readInt() ?? 0;
      reader.readInt();
      reader.readBoolean();
      const matches = readFilter(reader, (text) => received.push(`search ${text}`));
      if (boundAs !== serviceDn) {
        finish(id, tags.searchDone, results.operationsError);
        return;
      }
      const found = entries.filter((entry) => entry.dn.toLowerCase().endsWith(base) && matches(entry));
      for (const entry of found.slice(0, limit === 0 ? undefined : limit)) sendEntry(id, entry);
      // As Active Directory does at the root of a domain.
      send(id, tags.searchReference, (writer) => writer.writeString('ldap://192.0.2.1/dc=other'));
      const isOver = limit > 0 && found.length > limit;
      finish(id, tags.searchDone, isOver ? results.sizeLimitExceeded : results.success);
    }

    const sendEntry = (id: number, { dn, attributes }: LdapEntry) =>
      send(id, tags.searchEntry, (writer) => {
        writer.writeString(dn);
        writer.startSequence();
        for (const [name, values] of Object.entries(attributes)) {
          writer.startSequence();
          writer.writeString(name);
          writer.startSequence(0x31);
          for (const value of values) writer.writeString(value);
          writer.endSequence();
          writer.endSequence();
        }
        writer.endSequence();
      });

    function startTls(id: number): void {
      received.push('startTls');
      if (tls === undefined) {
        finish(id, tags.extendedResponse, results.protocolError);
        return;
      }
      finish(id, tags.extendedResponse, results.success);
      plain.removeAllListeners('data');
      const secure = new TLSSocket(plain, { isServer: true, secureContext: createSecureContext(tls) });
      secure.on('error', () => secure.destroy());
      secure.on('data', read);
      socket = secure;
    }

    function handle(message: Buffer): void {
      const reader = new BerReader(message);
      reader.readSequence();
      const id = reader.readInt() ?? 0;
      const tag = reader.readSequence();
      if (isHanging) return;
      if (tag === tags.bindRequest) bind(id, reader);
      else if (tag === tags.searchRequest) search(id, reader);
      else if (tag === tags.extendedRequest) startTls(id);
      else socket.end();
    }

    function read(chunk: Buffer): void {
      pending = Buffer.concat([pending, chunk]);
      for (let size = messageSize(pending); size <= pending.length; size = messageSize(pending)) {
        const message = pending.subarray(0, size);
        pending = pending.subarray(size);
        handle(message);
      }
    }

    plain.on('error', () => plain.destroy());
    plain.on('data', read);
  }

  const server = createServer((socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serve(socket);
  });
  const port = await listen(server);
  return {
    url: `ldap://127.0.0.1:${port}`,
    received,
    connections: () => accepted,
    disconnect() {
      for (const socket of sockets) socket.destroy();
    },
    hang: (hanging) => {
      isHanging = hanging;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(address !== null && typeof address === 'object' ? address.port : 0);
    });
  });
}

/** The size of the first message; infinite while its length is not there. */
function messageSize(bytes: Buffer): number {
  const [, first = -1] = bytes;
  if (first === -1) return Number.POSITIVE_INFINITY;
  if (first < 0x80) return 2 + first;
  const count = first & 0x7f;
  return bytes.length < 2 + count ? Number.POSITIVE_INFINITY : 2 + count + bytes.readUIntBE(2, count);
}

/** Reads a filter (RFC 4511 §4.5.1.7). @param note called with each equality, as text */
function readFilter(reader: BerReader, note: (text: string) => void): Matches {
  const tag = reader.peek();
  if (tag === 0x87) {
    const name = reader.readString(0x87) ?? '';
    return (entry) => valuesOf(entry, name).length > 0;
  }
  const end = startOf(reader, tag ?? 0);
  if (tag === 0xa3) {
    const [name, value] = [reader.readString() ?? '', reader.readString() ?? ''];
    note(`(${name}=${value})`);
    return (entry) => valuesOf(entry, name).some((each) => prepared(each) === prepared(value));
  }
  const parts: Matches[] = [];
  while (reader.offset < end) parts.push(readFilter(reader, note));
  if (tag === 0xa0) return (entry) => parts.every((matches) => matches(entry));
  if (tag === 0xa1) return (entry) => parts.some((matches) => matches(entry));
  return (entry) => parts.every((matches) => !matches(entry));
}

/** Enters a filter. @returns where it ends */
function startOf(reader: BerReader, tag: number): number {
  reader.readSequence(tag);
  return reader.offset + reader.length;
}

/** Text as directories compare it: without case, accents (Active Directory) and invisible characters (RFC 4518 §2.2). */
function prepared(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/[\p{Mn}\p{Cf}]/gu, '')
    .toLowerCase();
}

function valuesOf({ attributes }: LdapEntry, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  return Object.entries(attributes).find(([each]) => each.toLowerCase() === wanted)?.[1] ?? [];
}
