import { randomBytes } from 'node:crypto';
import type { User } from './users.js';

/** A session of this application. */
export interface Session {
  readonly user: User;
  /** When the user signed in, in milliseconds since the epoch. */
  readonly since: number;
}

const COOKIE = 'sample_session';
const MOST_SESSIONS = 1000;
const sessions = new Map<string, Session>();

const idOf = (cookies: string | undefined) =>
  new RegExp(`(?:^|; )${COOKIE}=([\\w-]+)`).exec(cookies ?? '')?.[1];

/** @param cookies the `Cookie` header of a request */
export function findSession(cookies: string | undefined): Session | undefined {
  return sessions.get(idOf(cookies) ?? '');
}

/** @returns the `Set-Cookie` header of the response */
export function startSession(user: User): string {
  const id = randomBytes(32).toString('base64url');
  sessions.set(id, { user, since: Date.now() });
  const [oldest] = sessions.keys();
  if (sessions.size > MOST_SESSIONS && oldest !== undefined) sessions.delete(oldest);
  return `${COOKIE}=${id}; Path=/; HttpOnly; SameSite=Lax`;
}

/** @returns the `Set-Cookie` header of the response */
export function endSession(cookies: string | undefined): string {
  sessions.delete(idOf(cookies) ?? '');
  return `${COOKIE}=; Path=/; Max-Age=0`;
}
