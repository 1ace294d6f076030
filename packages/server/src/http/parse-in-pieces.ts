import type { Socket } from 'node:net';

/** Room for a usual request, and for few of the shortest. */
const PIECE_BYTES = 768;

/**
 * Gives the HTTP parser what arrives in small pieces. One read has up to 64 KiB, which is more than a thousand pipelined
 * requests, and the parser goes through a whole piece even when the first requests of it end the connection.
 *
 * @param socket of a `connection` event, after the HTTP server has seen it
 */
export function parseInPieces(socket: Socket): void {
  const [parse] = socket.listeners('data');
  if (parse === undefined) return;
  let rest: Buffer | undefined;

  function feed(chunk: Buffer): void {
    rest = undefined;
    for (let start = 0; start < chunk.length; start += PIECE_BYTES) {
      if (socket.destroyed) return;
      // The server pauses a connection that does not take its responses.
      if (start > 0 && socket.isPaused()) {
        rest = chunk.subarray(start);
        return;
      }
      parse?.call(socket, chunk.subarray(start, start + PIECE_BYTES));
    }
  }

  socket.removeListener('data', parse as (chunk: Buffer) => void);
  socket.on('data', feed);
  socket.on('resume', () => {
    if (rest !== undefined) feed(rest);
  });
}
