import type { Socket } from 'node:net';
import { OAuthError } from '../protocol/index.js';

/** What the application that calls `fetch` knows of the connection of a request. */
export interface RequestConnection {
  /** The network address of the client. It comes before every other source. */
  readonly address?: string | undefined;
  /** Node's own request: it has the address of the peer, and the client certificate of TLS. */
  readonly incoming?: IncomingRequest | undefined;
}

/** The part of Node's `IncomingMessage` that the server reads. */
export interface IncomingRequest {
  readonly socket: Socket;
  readonly readableDidRead: boolean;
  /** The bytes of a body that some platforms read in advance. */
  readonly rawBody?: unknown;
}

/**
 * @throws OAuthError `server_error` if the application has read the body before. Parsed fields cannot stand in for it: a
 *   parser may have merged repeated parameters, which must be refused (RFC 6749 §3.2)
 */
export function refuseConsumedBody(request: Request, incoming: IncomingRequest | undefined): void {
  const isConsumed =
    incoming === undefined
      ? request.bodyUsed
      : incoming.readableDidRead && !(incoming.rawBody instanceof Uint8Array);
  if (!isConsumed) return;
  throw new OAuthError(
    'server_error',
    'The application read the body of this request before Grantor. Mount Grantor before body parsers such as express.json()',
  );
}
