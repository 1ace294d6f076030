import type { ExternalProvider } from './external-identity.js';

/**
 * The users of the operator's own application, whichever way it signs them in: its sign-in page, or the application that
 * the server is embedded in. No two of them have one email address.
 */
export const operatorProvider: ExternalProvider = {
  id: 'operator',
  trust: { email: 'all', username: true },
  createsAccounts: true,
};
