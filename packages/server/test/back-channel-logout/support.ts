import { AppSite, type SiteRequest } from '../../../../test/kit/app-site.js';
import type { TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';

/** An app with a site of its own, in the browser of a user. */
export interface SiteApp {
  readonly app: TestApp;
  readonly site: AppSite;
  /** The logout tokens that have arrived. */
  readonly received: () => readonly string[];
}

/** Registers an app whose back channel is on its own site. */
export async function registerSiteApp(
  grantor: TestServer,
  metadata: Readonly<Record<string, unknown>> = {},
  site?: AppSite,
): Promise<SiteApp> {
  const own = site ?? (await AppSite.start());
  const app = await registerApp(grantor, {
    redirectUris: [`${own.origin}/callback`],
    backchannel_logout_uri: `${own.origin}/backchannel`,
    backchannel_logout_session_required: true,
    ...metadata,
  });
  return { app, site: own, received: () => own.at('/backchannel').map(logoutTokenOf) };
}

/** The same app in the browser that another app is used in. */
export function inBrowserOf(app: TestApp, other: TestApp): TestApp {
  return app.with({ user: other.user, browser: other.browser });
}

export function logoutTokenOf({ body }: SiteRequest): string {
  return new URLSearchParams(body).get('logout_token') ?? '';
}

/** Signs the user out of the session that the ID token is of. */
export async function signOut(app: TestApp, idToken: string): Promise<void> {
  const query = new URLSearchParams({ id_token_hint: idToken });
  const page = await app.browser.open(`${app.at}/oauth2/logout?${query.toString()}`);
  if (!page.html.includes('You are signed out')) throw new Error(`still signed in: ${page.html}`);
}
