import type { Socket } from 'node:net';

/** Large enough for a usual request, and small enough that few of the shortest requests fit. */
const PIECE_BYTES = 768;

/** The empty line after the headers (RFC 9112 §2.1). */
const HEAD_END = '\r\n\r\n';

/**
 * Passes what arrives to the HTTP parser in small pieces. One read has up to 64 KiB, which is more than a thousand
 * pipelined requests, and the parser parses a whole piece even where its first requests end the connection.
 *
 * @param socket of a `connection` event, after the HTTP server has seen it
 * @param isTooMuch whether a connection must not have that many unread bytes now; it is closed, and they are not parsed
 */
export function parseInPieces(socket: Socket, isTooMuch: (socket: Socket, bytes: number) => boolean): void {
  const [parse] = socket.listeners('data');
  if (parse === undefined) return;
  let rest: Buffer | undefined;

  function feed(chunk: Buffer): void {
    rest = undefined;
    let end: number;
    for (let start = 0; start < chunk.length; start = end) {
      if (socket.destroyed) return;
      if (isTooMuch(socket, chunk.length - start)) {
        socket.destroy();
        return;
      }
      // The server pauses a connection whose client does not read its responses.
      if (start > 0 && socket.isPaused()) {
        rest = chunk.subarray(start);
        return;
      }
      end = start === 0 ? endOfFirstPiece(chunk) : start + PIECE_BYTES;
      parse?.call(socket, chunk.subarray(start, end));
    }
  }

  socket.removeListener('data', parse as (chunk: Buffer) => void);
  socket.on('data', feed);
  socket.on('resume', () => {
    if (rest !== undefined) feed(rest);
  });
}

/** The first piece has one request at most, so that what follows is checked before it is parsed. */
function endOfFirstPiece(chunk: Buffer): number {
  const head = chunk.indexOf(HEAD_END);
  return head === -1 ? PIECE_BYTES : Math.min(PIECE_BYTES, head + HEAD_END.length);
}
