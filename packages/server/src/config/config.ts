import { isLoopbackHost } from '@grantor/protocol';
import { z } from 'zod';

const seconds = z.coerce.number().int().positive();

/**
 * Every setting, where it comes from, and what it must be. The issuer is one exact string that the
 * operator sets; nothing is ever derived from a Host header.
 */
export const configSchema = z.object({
  issuer: z.string().refine((issuer) => issuerProblem(issuer) === undefined, {
    error: (issue) => issuerProblem(String(issue.input)) ?? '',
  }),
  databaseUrl: z.string().min(1),
  secret: z.string().min(32, 'must have at least 32 characters'),
  host: z.string().min(1).default('localhost'),
  port: z.coerce.number().int().min(0).max(65_535).default(8888),
  adminEmail: z.email().optional(),
  adminPassword: z.string().min(8, 'must have at least 8 characters').optional(),
  apiKey: z.string().min(20, 'must have at least 20 characters').optional(),
  /** The `aud` of access tokens for apps that are registered with none; the issuer unless set. */
  audience: z.string().min(1).optional(),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  codeSeconds: seconds.max(600).default(60),
  accessTokenSeconds: seconds.default(900),
  idTokenSeconds: seconds.default(3600),
  refreshTokenSeconds: seconds.default(60 * 86_400),
  refreshRetrySeconds: z.coerce.number().int().min(0).max(300).default(30),
  sessionSeconds: seconds.default(14 * 86_400),
});

export type Config = z.output<typeof configSchema>;

/** The environment variable behind each setting. */
export const environmentVariables: Record<keyof Config, string> = {
  issuer: 'GRANTOR_ISSUER',
  databaseUrl: 'GRANTOR_DATABASE_URL',
  secret: 'GRANTOR_SECRET',
  host: 'HOST',
  port: 'PORT',
  adminEmail: 'GRANTOR_ADMIN_EMAIL',
  adminPassword: 'GRANTOR_ADMIN_PASSWORD',
  apiKey: 'GRANTOR_API_KEY',
  audience: 'GRANTOR_AUDIENCE',
  logLevel: 'GRANTOR_LOG_LEVEL',
  codeSeconds: 'GRANTOR_CODE_SECONDS',
  accessTokenSeconds: 'GRANTOR_ACCESS_TOKEN_SECONDS',
  idTokenSeconds: 'GRANTOR_ID_TOKEN_SECONDS',
  refreshTokenSeconds: 'GRANTOR_REFRESH_TOKEN_SECONDS',
  refreshRetrySeconds: 'GRANTOR_REFRESH_RETRY_SECONDS',
  sessionSeconds: 'GRANTOR_SESSION_SECONDS',
};

/** RFC 8414 §2: https, no query, no fragment; plain http for this machine alone. */
function issuerProblem(issuer: string): string | undefined {
  const url = URL.parse(issuer);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return 'must be an https URL such as https://login.example.com';
  }
  if (issuer.includes('?') || issuer.includes('#')) return 'must have no query and no fragment';
  if (url.username !== '' || url.password !== '') return 'must have no user name or password';
  if (issuer.endsWith('/')) return 'must not end with a slash';
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
    return 'must use https; plain http is for localhost only';
  }
  if (url.pathname !== '/') return 'must be the root of its host, without a path';
  return undefined;
}
