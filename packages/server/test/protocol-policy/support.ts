/** A complete environment for `loadConfig`, with these variables in it. */
export function environment(variables: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    GRANTOR_ISSUER: 'https://id.example',
    GRANTOR_DATABASE_URL: 'sqlite:./grantor.db',
    GRANTOR_SECRET: 'U9xq2Lr7VtbW4mZ0pKcYs8aEhJd5NfGi',
    ...variables,
  };
}
