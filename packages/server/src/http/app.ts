import { type Context, Hono } from 'hono';
import { ForeignOrigin } from '../endpoints/allowed-origins.js';
import type { Endpoint, EndpointRequest, EndpointResponse, PageResponse } from '../endpoints/endpoint.js';
import { API, basePathOf } from '../endpoints/paths.js';
import { asRefusedForm, RefusedForm } from '../endpoints/refused-form.js';
import type { RequestedLanguages } from '../endpoints/requested-languages.js';
import type { Log } from '../operations/log.js';
import { type Brand, csrfField, referenceStylesheet, stylesheet } from '../pages/index.js';
import { OAuthError } from '../protocol/index.js';
import { scimErrorResponse } from '../scim/scim-error.js';
import { SCIM } from '../scim/scim-operation.js';
import { chooseLanguage } from '../texts/choose-language.js';
import type { Language } from '../texts/languages.js';
import type { Texts } from '../texts/texts.js';
import { assetEndpoint } from './assets.js';
import { createBodyBudget, LARGE_BODIES_BYTES } from './body-budget.js';
import type { Browser, Browsers } from './browser.js';
import { preflightHeaders, readableByAnyOrigin } from './cors.js';
import { brandFiles, fixedFilesOf } from './fixed-files.js';
import type { AddressPrivacy } from './log-address.js';
import { clientAddress, type GrantorContext, pathOf, readRequest } from './read-request.js';
import {
  asRefusal,
  type RefusalStyle,
  refuseWithJson,
  refuseWithPage,
  refuseWithProblem,
} from './refusals.js';
import { renderResponse, type Site } from './render-response.js';
import type { RequestConnection } from './request-connection.js';
import { type RequestLog, startRequestLog } from './request-log.js';

/** In the order of the `Allow` header. */
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** How one endpoint is reached. */
export interface Route {
  readonly methods: readonly (typeof METHODS)[number][];
  /** Below the issuer. */
  readonly paths: readonly string[];
  /** From the root of the host, wherever the issuer is. */
  readonly hostPaths?: readonly string[];
  readonly endpoint: Endpoint;
  /**
   * How refusals are reported: in OAuth's JSON to a client, in a problem document to a client of the management API, in
   * an error of SCIM to its client, or on a page to a user. A POST to a route with pages must come from a form of this server, unless `crossSite` lets
   * other sites send it.
   */
  readonly refusals: 'json' | 'problem' | 'scim' | 'page';
  readonly crossSite?: boolean;
  /** Whether scripts of any page may call it and read the response. Never for routes that use cookies. */
  readonly cors?: boolean;
  /** The most that a body may hold, in bytes; 64 KiB unless set. */
  readonly maxBodyBytes?: number | undefined;
}

export interface HttpDependencies {
  readonly issuer: string;
  readonly texts: Texts;
  readonly brand: Brand;
  readonly requestedLanguages: RequestedLanguages;
  readonly browsers: Browsers;
  readonly log: Log;
  /** Creates the ID of a request, which is in the log and the response. */
  readonly newRequestId: () => string;
  readonly logAddresses: AddressPrivacy;
  /** Pages of the operator to which the server sends browsers. */
  readonly operatorPages?: readonly string[];
  /** How many proxies of the operator every request comes through. */
  readonly trustedProxies: number;
  /** The most that bodies of more than 64 KiB may have together, in bytes. */
  readonly largeBodiesBytes?: number;
}

/** The route of a request without a matching route, for the log: the path may contain anything. */
const NO_ROUTE = 'none';

/** The whole server as one `fetch` function. */
export function createHttpApp(
  routes: readonly Route[],
  dependencies: HttpDependencies,
): Hono<{ Bindings: RequestConnection }> {
  const { issuer, browsers, log, newRequestId, logAddresses, trustedProxies } = dependencies;
  const { requestedLanguages, texts, brand } = dependencies;
  const shareOfBodies = createBodyBudget(dependencies.largeBodiesBytes ?? LARGE_BODIES_BYTES);
  const logging = { log, newRequestId, addresses: logAddresses };
  const base = basePathOf(issuer);
  const { origin } = new URL(issuer);
  const { operatorPages = [] } = dependencies;
  const site: Site = { issuer, secure: issuer.startsWith('https:'), base, texts, brand, operatorPages };
  const styles = {
    json: refuseWithJson(issuer),
    page: refuseWithPage,
    problem: refuseWithProblem(issuer),
    scim: scimErrorResponse,
  };
  const app = new Hono<{ Bindings: RequestConnection }>();

  const styleFor = (context: Context) => {
    if (wantsPage(context)) return styles.page;
    if (context.req.path.startsWith(`${base}${SCIM}/`)) return styles.scim;
    return context.req.path.startsWith(base + API) ? styles.problem : styles.json;
  };

  /** @param incoming undefined where the request was not read */
  function languageFor(context: GrantorContext, incoming: EndpointRequest | undefined) {
    return ({ languages }: PageResponse): Language => {
      const { search } = new URL(context.req.url);
      const uiLocales = requestedLanguages(incoming ?? { query: search.slice(1), body: undefined });
      const acceptLanguage = context.req.header('accept-language') ?? null;
      return chooseLanguage({ uiLocales, ...languages }, acceptLanguage);
    };
  }

  const startLog = (context: GrantorContext, route: string) =>
    startRequestLog(logging, {
      method: context.req.method,
      route,
      address: clientAddress(context, trustedProxies),
    });

  function refuse(thrown: unknown, style: RefusalStyle, path: string, entry: RequestLog): EndpointResponse {
    const refusal = asRefusal(thrown);
    entry.refused(refusal);
    return style(refusal, entry.id, path);
  }

  /** Responds without an endpoint, and logs it. */
  function respondPlainly(
    context: GrantorContext,
    route: string,
    respond: (entry: RequestLog) => EndpointResponse,
    more: Readonly<Record<string, string>> = {},
  ): Response {
    const entry = startLog(context, route);
    const response = respond(entry);
    entry.responded(response);
    return renderResponse(response, [], site, languageFor(context, undefined), {
      ...more,
      'x-request-id': entry.id,
    });
  }

  async function serve(context: GrantorContext, route: Route): Promise<Response> {
    const entry = startLog(context, route.paths[0] ?? '');
    const browser = browsers.read(context.req.header('cookie') ?? null);
    let response: EndpointResponse;
    let incoming: EndpointRequest | undefined;
    let readable = route.cors === true;
    const { method } = context.req;
    const share = shareOfBodies();
    const isOwnForm = route.refusals === 'page' && method === 'POST' && route.crossSite !== true;
    try {
      const reading = readRequest(context, {
        ...route,
        browser,
        entry,
        origin,
        share,
        trustedProxies,
      });
      incoming = await reading.catch((error: unknown) => {
        throw isOwnForm ? asRefusedForm(error) : error;
      });
      if (isOwnForm) refuseForeignForm(browsers, browser, incoming);
      response = await route.endpoint(incoming);
    } catch (thrown) {
      readable &&= !(thrown instanceof ForeignOrigin);
      response = refuse(thrown, styles[route.refusals], pathOf(context.req.url), entry);
    } finally {
      share.release();
    }
    const change = 'session' in response ? response.session : undefined;
    const returnTo = response.kind === 'redirect' ? response.returnTo : undefined;
    const cookies = browsers.cookies(browser, change, returnTo);
    entry.responded(response);
    return renderResponse(response, cookies, site, languageFor(context, incoming), {
      ...(readable ? readableByAnyOrigin : {}),
      'x-request-id': entry.id,
    });
  }

  const mounted = routes.map((route) => ({ route, at: addressesOf(route, base) }));
  for (const { route, at } of mounted) app.on([...route.methods], at, (context) => serve(context, route));
  for (const path of new Set(mounted.flatMap(({ at }) => at))) {
    const here = mounted.filter(({ at }) => at.includes(path)).map(({ route }) => route);
    const allowed = METHODS.filter((method) => here.some((route) => route.methods.includes(method)));
    const managed = here.every((route) => route.refusals === 'problem');
    const cors = here.every((route) => route.cors === true);
    const allow = allowed.join(', ');
    const options = { allow, ...(cors ? preflightHeaders(allowed) : {}) };
    // RFC 9110 §9.3.7
    app.options(path, (context) =>
      respondPlainly(context, path, () => ({ kind: 'json', status: 204, body: undefined, headers: options })),
    );
    app.all(path, (context) => {
      const error = new OAuthError('invalid_request', `This address accepts ${allowed.join(' and ')} only`, {
        status: 405,
        headers: { allow }, // RFC 9110 §15.5.6
      });
      const style = managed ? styles.problem : styleFor(context);
      const more = cors ? readableByAnyOrigin : undefined;
      return respondPlainly(
        context,
        path,
        (entry) => refuse(error, style, pathOf(context.req.url), entry),
        more,
      );
    });
  }
  const assets = [stylesheet, referenceStylesheet].map((asset) => ({
    path: asset.path,
    endpoint: assetEndpoint(asset),
  }));
  for (const { path, endpoint } of [...assets, ...brandFiles(brand)]) {
    app.get(base + path, (context) => respondPlainly(context, path, () => endpoint(context.req.raw.headers)));
  }
  for (const { path, endpoint } of fixedFilesOf(brand)) {
    // Clients look for them at the root of the host, wherever the issuer is.
    app.on('GET', [...new Set([path, base + path])], (context) =>
      respondPlainly(context, path, () => endpoint(context.req.raw.headers)),
    );
  }
  app.notFound((context) => {
    const error = new OAuthError('invalid_request', 'There is no resource at this address', { status: 404 });
    return respondPlainly(context, NO_ROUTE, (entry) =>
      refuse(error, styleFor(context), pathOf(context.req.url), entry),
    );
  });
  app.onError((thrown, context) =>
    respondPlainly(context, NO_ROUTE, (entry) =>
      refuse(thrown, styleFor(context), pathOf(context.req.url), entry),
    ),
  );
  return app;
}

/** Every address of a route as requests name it. */
function addressesOf({ paths, hostPaths = [] }: Route, base: string): string[] {
  const below = paths.flatMap((path) => (path === '/' && base !== '' ? [base, `${base}/`] : [base + path]));
  return [...new Set([...below, ...hostPaths])];
}

function refuseForeignForm(browsers: Browsers, browser: Browser, { headers, body }: EndpointRequest): void {
  const formToken = new URLSearchParams(body?.text ?? '').get(csrfField);
  if (browsers.isOwnForm(browser, headers, formToken)) return;
  throw new RefusedForm(
    new OAuthError(
      'access_denied',
      'It was not sent from a page of this site in this browser. Allow cookies for this site',
    ),
  );
}

/** Whether the client of an unknown address prefers a page. */
function wantsPage(context: Context): boolean {
  return (context.req.header('accept') ?? '').includes('text/html');
}
