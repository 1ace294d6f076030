/** The setting that lets the memory of a started server be measured, on loopback. */
export function inspectable(port: number): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--inspect=127.0.0.1:${port}` };
}

/**
 * The memory that a program uses after garbage collection. Resident memory would show the peak instead.
 *
 * @param port of its inspector
 * @returns megabytes
 */
export async function liveMegabytes(port: number): Promise<number> {
  const [target] = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    webSocketDebuggerUrl: string;
  }[];
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
  await event(socket, 'open');
  try {
    await call(socket, 'HeapProfiler.collectGarbage');
    const { usedSize } = (await call(socket, 'Runtime.getHeapUsage')) as { usedSize: number };
    return usedSize / 1024 / 1024;
  } finally {
    socket.close();
  }
}

async function call(socket: WebSocket, method: string): Promise<unknown> {
  const answered = event(socket, 'message');
  socket.send(JSON.stringify({ id: 1, method }));
  const { data } = (await answered) as MessageEvent<string>;
  return (JSON.parse(data) as { result: unknown }).result;
}

function event(socket: WebSocket, name: string): Promise<Event> {
  return new Promise((resolve, reject) => {
    socket.addEventListener(name, resolve, { once: true });
    socket.addEventListener('error', () => reject(new Error('the inspector is not reached')), { once: true });
  });
}
