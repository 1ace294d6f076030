/** The endpoints that programs written for DocSpace call below `/api/2.0`. */
const endpoints: ReadonlySet<string> = new Set([
  '/oauth2/authorize',
  '/oauth2/token',
  '/oauth2/userinfo',
  '/oauth2/revoke',
  '/oauth2/introspect',
  '/oauth2/register',
  '/oauth2/register/:id',
  '/oauth2/logout',
  '/oauth2/jwks',
]);

const API = '/api/2.0';
const CONSENTS = '/api/2.0/consents';

/** Further paths of an endpoint of the server, or of an operation of the management API. */
export function aliasesOf(path: string): readonly string[] {
  if (endpoints.has(path)) return [API + path];
  if (path === CONSENTS) {
    return [`${API}/oauth2/consents`, `${API}/clients/consents`, `${API}/oauth2/clients/consents`];
  }
  const [, rest] = /^\/api\/2\.0\/((?:clients|scopes|consents)(?:\/.*)?)$/.exec(path) ?? [];
  return rest === undefined ? [] : [`${API}/oauth2/${rest}`];
}
