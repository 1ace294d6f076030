import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGuard, type Guard } from '@grantor/guard';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';

export interface TestMcpServer {
  /** Where clients find it, which is the resource that tokens are for. */
  readonly url: string;
  /** From now on it trusts this authorization server, and requires the scope. */
  trust(issuer: string, scope: string): void;
  stop(): Promise<void>;
}

const METADATA = '/.well-known/oauth-protected-resource/mcp';

/** A protected MCP server with one tool, `whoami`, that says whose token it got; on a free port. */
export async function startMcpServer(): Promise<TestMcpServer> {
  let authority: { issuer: string; scope: string; guard: Guard } | undefined;
  const listener = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, 'localhost', resolve));
  const origin = `http://localhost:${(listener.address() as AddressInfo).port}`;
  const url = `${origin}/mcp`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (authority === undefined) return void response.writeHead(503).end();
    const { issuer, scope, guard } = authority;
    if (request.url === METADATA) {
      // RFC 9728 §2
      const metadata = { resource: url, authorization_servers: [issuer], scopes_supported: [scope] };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(metadata));
      return;
    }
    if (request.url !== '/mcp') return void response.writeHead(404).end();
    const { authorization = '' } = request.headers;
    const checked = await guard.check({ headers: { authorization } }, { scope });
    if (!checked.ok) {
      // RFC 9728 §5.1
      const challenge = `Bearer error="${checked.error ?? 'invalid_token'}", resource_metadata="${origin}${METADATA}"`;
      return void response.writeHead(checked.status, { 'www-authenticate': challenge }).end();
    }
    const { subject, clientId } = checked.token;
    const server = new McpServer({ name: 'whoami', version: '1.0.0' });
    server.registerTool('whoami', { description: 'Says whose token it got' }, () => ({
      content: [{ type: 'text', text: JSON.stringify({ subject, clientId }) }],
    }));
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
    response.once('close', () => void server.close());
    await server.connect(transport);
    await transport.handleRequest(request, response);
  }

  return {
    url,
    trust(issuer, scope) {
      authority = { issuer, scope, guard: createGuard({ issuer, audience: url }) };
    },
    async stop() {
      listener.closeAllConnections();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
