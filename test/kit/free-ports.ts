import { createServer, type Server } from 'node:net';

/**
 * Asks the system for ports that are free on both loopback addresses. Another process may take one before it is
 * used: the caller must then try again.
 *
 * @param count how many
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const probes: Server[] = [];
  try {
    const ports: number[] = [];
    while (ports.length < count) {
      const probe = await listen('127.0.0.1', 0);
      if (probe === undefined) throw new Error('The system gave no port');
      probes.push(probe);
      const { port } = probe.address() as { port: number };
      const other = await listen('::1', port);
      if (other !== undefined) probes.push(other);
      if (other !== undefined || !(await hasIPv6())) ports.push(port);
    }
    return ports;
  } finally {
    await Promise.all(probes.map((probe) => new Promise((resolve) => probe.close(resolve))));
  }
}

/** Whether no process listens on the port, at any loopback address. */
export async function isFree(port: number): Promise<boolean> {
  for (const host of (await hasIPv6()) ? ['127.0.0.1', '::1'] : ['127.0.0.1']) {
    const probe = await listen(host, port);
    if (probe === undefined) return false;
    await new Promise((resolve) => probe.close(resolve));
  }
  return true;
}

/** Whether the machine has ::1, the other address of localhost. */
export async function hasIPv6(): Promise<boolean> {
  const probe = await listen('::1', 0);
  await new Promise((resolve) => (probe === undefined ? resolve(undefined) : probe.close(resolve)));
  return probe !== undefined;
}

function listen(host: string, port: number): Promise<Server | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen(port, host, () => resolve(server));
  });
}
