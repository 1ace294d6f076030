/** Whether plain http to this host stays on the machine (RFC 8252 §7.3). */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/**
 * Whether tokens may be sent to a URL and keys may be trusted from it: `https`, or `http` on loopback for development.
 * Names under `localhost` are loopback too (RFC 6761 §6.3). A URL with a user name or password is refused.
 */
export function isSecureUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, username, password } = new URL(value);
  if (username + password !== '') return false;
  return (
    protocol === 'https:' ||
    (protocol === 'http:' && (isLoopbackHost(hostname) || hostname.endsWith('.localhost')))
  );
}
