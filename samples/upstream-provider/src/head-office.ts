import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { type AuthorizationServer, createAuthorizationServer } from '@grantor/server';

export interface HeadOfficeSettings {
  readonly issuer: string;
  readonly databaseUrl: string;
  /** Where it responds; it listens already. */
  readonly server: Server;
  /** The issuer of Grantor, whose users sign in here. */
  readonly grantorIssuer: string;
}

export interface HeadOffice {
  readonly grantor: AuthorizationServer;
  readonly clientId: string;
  readonly clientSecret: string;
}

/**
 * Opens the provider. Any OpenID provider can be in its place: this one is a second Grantor, so that the sample needs
 * no account anywhere.
 */
export async function openHeadOffice(settings: HeadOfficeSettings): Promise<HeadOffice> {
  const { issuer, databaseUrl, server, grantorIssuer } = settings;
  const apiKey = randomBytes(32).toString('base64url');
  const grantor = await createAuthorizationServer({
    issuer,
    databaseUrl,
    secret: randomBytes(32).toString('base64'),
    apiKey,
    name: 'Head Office',
    logLevel: 'warn',
    // Grantor, to which it sends logout tokens, is on this machine.
    outboundHosts: ['localhost'],
  });
  server.on('request', grantor.listener);
  const post = async (path: string, body: unknown): Promise<Readonly<Record<string, string>>> => {
    const response = await fetch(`${issuer}/api/2.0/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`POST ${path} was refused: ${await response.text()}`);
    return (await response.json()) as Record<string, string>;
  };
  await post('accounts', {
    email: 'mary@example.com',
    email_verified: true,
    name: 'Mary Somerville',
    password: 'mechanism-of-the-heavens',
  });
  const client = await post('clients', {
    name: 'Grantor',
    redirectUris: [`${grantorIssuer}/signin/with/head-office/callback`],
    post_logout_redirect_uris: [`${grantorIssuer}/signout/continue`],
    backchannel_logout_uri: `${grantorIssuer}/signin/with/head-office/logout`,
    scopes: ['openid', 'profile', 'email'],
  });
  return { grantor, clientId: client.client_id ?? '', clientSecret: client.client_secret ?? '' };
}
