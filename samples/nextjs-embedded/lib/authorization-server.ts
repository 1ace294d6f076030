import { createAuthorizationServer, type RouteHandlers, routeHandlers } from '@grantor/server';

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`Set ${name}, for example in .env.local`);
  return value;
}

/**
 * `next dev` loads this module again after each change, and each route can have a copy of it: the server is opened once for
 * the process.
 */
const kept = globalThis as typeof globalThis & { grantor?: RouteHandlers };

kept.grantor ??= routeHandlers(() => {
  console.info('Opening the authorization server');
  return createAuthorizationServer({
    issuer: required('ISSUER'),
    databaseUrl: required('DATABASE_URL'),
    secret: required('SECRET'),
    apiKey: required('API_KEY'),
    adminEmail: 'ada@example.com',
    adminPassword: required('ADMIN_PASSWORD'),
    logLevel: 'warn',
    // Next.js adds X-Forwarded-For with the address of the socket where no proxy did.
    trustedProxies: 1,
  });
});

export const handlers = kept.grantor;
