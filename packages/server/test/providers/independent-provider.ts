import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';
import { formOf } from './stub-provider.js';

/** The users of the provider: claims by username. They sign in with any password. */
export type IndependentUsers = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Where users sign in at the provider. */
const PAGE = '/interaction/';

/** The npm package oidc-provider, which was not written by the authors of Grantor, with a sign-in form. */
export class IndependentProvider {
  readonly issuer: string;

  private constructor(readonly server: Server) {
    this.issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  }

  /** Takes a port. It responds once it is open. */
  static async listen(): Promise<IndependentProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    return new IndependentProvider(server);
  }

  /** Responds from now on, for one client. */
  async open(
    client: {
      readonly id: string;
      readonly secret: string;
      readonly redirectUri: string;
      readonly metadata?: Readonly<Record<string, unknown>>;
    },
    users: IndependentUsers,
  ): Promise<void> {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: client.id,
          client_secret: client.secret,
          redirect_uris: [client.redirectUri],
          ...client.metadata,
        },
      ],
      jwks: { keys: [{ ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256' }] },
      cookies: { keys: [randomBytes(32).toString('base64url')] },
      claims: { profile: ['name', 'locale'], email: ['email', 'email_verified'] },
      // Seconds. Those that are not set are reported in the log.
      ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
      features: {
        devInteractions: { enabled: false },
        backchannelLogout: { enabled: true },
        rpInitiatedLogout: {
          enabled: true,
          logoutSource: (context, form) => {
            const button = '<button id="confirm" name="logout" value="yes">Sign out</button>';
            context.body = form.replace('</form>', `${button}</form>`);
          },
        },
      },
      // Its own refuses addresses of this machine.
      fetch: (url, { method = 'GET', headers = {}, body = null } = {}) =>
        fetch(url, { method, headers, body }),
      interactions: { url: (_context, { uid }) => `${PAGE}${uid}` },
      findAccount: (_context, username) => {
        const claims = users[username];
        return claims && { accountId: username, claims: () => ({ sub: username, ...claims }) };
      },
      // Its users have agreed to their sign-in at Grantor.
      async loadExistingGrant({ oidc }) {
        const grant = new oidc.provider.Grant({
          clientId: client.id,
          accountId: oidc.session?.accountId ?? '',
        });
        grant.addOIDCScope('openid profile email');
        await grant.save();
        return grant;
      },
    });
    const respond = provider.callback();
    this.server.on('request', (request, response) => {
      if (request.url?.startsWith(PAGE) === true) void interact(provider, request, response);
      else void respond(request, response);
    });
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

/** The sign-in page, and the response to its form. */
async function interact(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'POST') {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(
      `<form method="post" action="${request.url}"><input name="username"><input name="password" type="password">` +
        '<button id="sign-in">Sign in</button></form>',
    );
    return;
  }
  const accountId = (await formOf(request)).get('username') ?? '';
  await provider.interactionFinished(request, response, { login: { accountId } });
}
