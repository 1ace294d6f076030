import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AuthorizationServer, createAuthorizationServer } from '@grantor/server';
import { openHeadOffice } from './head-office.js';

export interface StartSettings {
  /** 0 for any that is free. */
  readonly grantorPort: number;
  readonly headOfficePort: number;
  readonly grantorDatabaseUrl: string;
  readonly headOfficeDatabaseUrl: string;
}

export interface StartedSample {
  readonly issuer: string;
  readonly headOffice: string;
  close(): Promise<void>;
}

/**
 * Starts the provider, and Grantor with a button that leads to it. Here both are in one process, so that the sample
 * needs one command. In production Grantor is `grantor serve`, with the provider in the file of `GRANTOR_PROVIDERS`.
 */
export async function start(settings: StartSettings): Promise<StartedSample> {
  const [grantorServer, headOfficeServer] = [createServer(), createServer()];
  const issuer = await listen(grantorServer, settings.grantorPort);
  // Both are at localhost, where cookies do not tell ports apart. A path does.
  const headOfficeIssuer = `${await listen(headOfficeServer, settings.headOfficePort)}/head-office`;
  const headOffice = await openHeadOffice({
    issuer: headOfficeIssuer,
    databaseUrl: settings.headOfficeDatabaseUrl,
    server: headOfficeServer,
    grantorIssuer: issuer,
  });
  const grantor = await createAuthorizationServer({
    issuer,
    databaseUrl: settings.grantorDatabaseUrl,
    secret: randomBytes(32).toString('base64'),
    logLevel: 'warn',
    providers: [
      {
        id: 'head-office',
        name: 'Head Office',
        issuer: headOfficeIssuer,
        clientId: headOffice.clientId,
        clientSecret: headOffice.clientSecret,
        trust: { email: 'verified' },
      },
    ],
  });
  grantorServer.on('request', grantor.listener);
  return {
    issuer,
    headOffice: headOfficeIssuer,
    async close() {
      await close(grantorServer, grantor);
      await close(headOfficeServer, headOffice.grantor);
    },
  };
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

async function close(server: Server, grantor: AuthorizationServer): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  await grantor.close();
}
