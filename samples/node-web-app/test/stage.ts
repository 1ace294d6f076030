import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { AuthorizationServer } from '../../../packages/client/test/authorization-server.js';
import {
  type Environment,
  FilesApi,
  ORIGIN,
  type PageResponse,
  pathOf,
  type RunningSample,
  Visitor,
} from './sample.js';

/** Starts an app with these environment variables, on any free port. */
export type Start = (env: Environment) => Promise<RunningSample>;

/** An app under test and the servers that it calls. Every test gets a new visitor, and servers that respond as usual. */
export interface Stage {
  readonly server: AuthorizationServer;
  readonly api: FilesApi;
  readonly app: RunningSample;
  readonly visitor: Visitor;
  readonly env: Environment;
  readonly start: Start;
  /** From "Connect" to the page that follows the callback. */
  readonly connect: () => Promise<PageResponse>;
  /** The forms that one endpoint of the authorization server received. */
  readonly formsSent: (path: string) => Record<string, string>[];
}

/** Prepares the stage for the tests of the `describe` that calls this. Its members are set when the tests run. */
export function setStage(start: Start): Stage {
  const stage = { start, api: new FilesApi(), connect, formsSent } as {
    -readonly [Key in keyof Stage]: Stage[Key];
  };

  beforeAll(async () => {
    stage.server = await AuthorizationServer.start();
    stage.env = {
      ISSUER: stage.server.issuer,
      CLIENT_ID: 'app-1',
      CLIENT_SECRET: 'a secret: of the app',
      REDIRECT_URI: `${ORIGIN}/callback`,
      SCOPES: 'openid profile files:read',
      API_BASE_URL: await stage.api.start(),
    };
    stage.app = await start(stage.env);
  });
  afterAll(async () => {
    await stage.app.stop();
    await stage.api.stop();
    await stage.server.stop();
  });
  beforeEach(() => {
    stage.server.seen.length = 0;
    stage.server.overrides.clear();
    stage.server.editResponse = (response) => response;
    stage.server.editClaims = (claims) => claims;
    stage.api.reply = FilesApi.usual();
    stage.visitor = new Visitor(stage.app);
  });

  async function connect(): Promise<PageResponse> {
    const request = await stage.visitor.startConnecting();
    const back = await stage.visitor.get(pathOf(stage.server.allow(request.href)));
    expect([back.status, back.headers.get('location')]).toEqual([303, '/']);
    return stage.visitor.get('/');
  }

  function formsSent(path: string): Record<string, string>[] {
    return stage.server.requestsTo(path).map(({ form }) => Object.fromEntries(form));
  }

  return stage;
}

/** Expects a whole page, and no stack trace of either language. */
export function expectPlainPage({ text, headers }: PageResponse): void {
  expect(headers.get('content-type')).toMatch(/^text\/html/);
  expect(text.toLowerCase().startsWith('<!doctype html>'), 'standards mode').toBe(true);
  expect(text).toContain('<h1');
  expect(text).not.toMatch(/Traceback|File &#34;|\.py&|\n\s+at |node:internal/);
}
