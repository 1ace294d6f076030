import { ProviderMessagePage, pageElement } from '../pages/index.js';
import type { TextKey } from '../texts/catalogues.js';
import { UpstreamError } from '../upstream/provider.js';
import type { PageResponse } from './endpoint.js';
import { addressWith, paths } from './paths.js';

/** What the user is told if a provider did not sign them in, with the status of the response. */
const problems = {
  denied: { key: 'upstream.denied', status: 400 },
  unavailable: { key: 'upstream.unavailable', status: 503 },
  refused: { key: 'upstream.refused', status: 400 },
  notAllowed: { key: 'upstream.notAllowed', status: 403 },
  notRecent: { key: 'upstream.notRecent', status: 400 },
  disabled: { key: 'upstream.disabled', status: 403 },
  expired: { key: 'upstream.expired', status: 400 },
  otherBrowser: { key: 'upstream.otherBrowser', status: 400 },
  otherUser: { key: 'upstream.otherUser', status: 400 },
  tooManyAttempts: { key: 'upstream.tooManyAttempts', status: 429 },
} as const satisfies Record<string, { key: TextKey; status: number }>;

export type ProviderProblem = keyof typeof problems;

interface ProviderPageContext {
  /** The name of the provider. */
  readonly provider: string;
  /** The sealed ticket of the authorization request. */
  readonly ticket: string | undefined;
  readonly uiLocales?: string | undefined;
  /** The wait after too many attempts. */
  readonly retryAfterSeconds?: number;
}

/** The page that says why a user is not signed in, and leads to the other ways to sign in. */
export function providerProblem(
  problem: ProviderProblem,
  { provider, ticket, uiLocales, retryAfterSeconds = 0 }: ProviderPageContext,
  refusal?: string,
): PageResponse {
  const { key, status } = problems[problem];
  const minutes = Math.ceil(retryAfterSeconds / 60);
  return {
    kind: 'page',
    status,
    refusal: refusal ?? `sign-in at a provider: ${problem}`,
    languages: { uiLocales },
    ...(retryAfterSeconds > 0 ? { headers: { 'retry-after': String(retryAfterSeconds) } } : {}),
    page: pageElement(ProviderMessagePage, {
      title: { key: 'upstream.failedTitle', values: { provider } },
      message: { key, values: { provider, minutes } },
      links: [
        {
          id: 'another-way',
          label: { key: 'upstream.anotherWay' },
          href: addressWith(paths.signIn[0], ticket),
        },
      ],
    }),
  };
}

/** The same for what a provider threw. Any other error is not the provider's. */
export function thrownByProvider(error: unknown, context: ProviderPageContext): PageResponse {
  if (!(error instanceof UpstreamError)) throw error;
  return providerProblem(error.reason, context, `sign-in at a provider: ${error.message}`);
}

/**
 * The identity belongs to no account. The page does not say whether an account has its email address: the user signs in to
 * an account, and connects the provider.
 *
 * @param context its ticket holds the identity, so that the request of the app goes on after that
 */
export function notConnected({ provider, ticket, uiLocales }: ProviderPageContext): PageResponse {
  return {
    kind: 'page',
    status: 200,
    refusal: 'sign-in at a provider: not connected with an account',
    languages: { uiLocales },
    page: pageElement(ProviderMessagePage, {
      title: { key: 'upstream.notConnectedTitle', values: { provider } },
      message: {
        key: ticket === undefined ? 'upstream.notConnected' : 'upstream.notConnectedYet',
        values: { provider },
      },
      links: [
        {
          id: 'to-account',
          label: { key: 'upstream.toAccount', values: { provider } },
          href: ticket === undefined ? `${paths.account[0]}/providers` : addressWith(paths.signIn[0], ticket),
        },
      ],
    }),
  };
}
