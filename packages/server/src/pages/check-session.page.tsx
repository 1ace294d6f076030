import { raw } from 'hono/html';
import { scriptSource } from './asset.js';

/**
 * Session Management 1.0 §3.1: replies `unchanged` if the session state that a page sends is current in this browser,
 * `changed` if not, and `error` if it is malformed. The origin of the page is part of the session state, and the reply
 * goes to that origin only. A message needs no request.
 */
function scriptFor(cookieName: string): string {
  return `(() => {
  const prefix = ${JSON.stringify(`${cookieName}=`)};
  const browserState = () =>
    (document.cookie.split('; ').find((cookie) => cookie.startsWith(prefix)) ?? prefix).slice(prefix.length);
  const hash = async (text) => {
    const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
    return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace('=', '');
  };
  const judge = async (message, origin) => {
    const [, clientId, given, salt] = /^(\\S+) ([\\w-]{43})\\.([\\w-]{1,64})$/.exec(message) ?? [];
    if (clientId === undefined) return 'error';
    const expected = await hash([clientId, origin, browserState(), salt].join(' '));
    return expected === given ? 'unchanged' : 'changed';
  };
  addEventListener('message', async ({ data, origin, source }) => {
    if (source === null || origin === 'null') return;
    const short = typeof data === 'string' && data.length < 4096;
    source.postMessage(await judge(short ? data : '', origin).catch(() => 'error'), origin);
  });
})();`;
}

export interface CheckSessionPageProps {
  /** The cookie that holds the browser state. */
  readonly cookieName: string;
}

/** The only page that other sites may frame. It shows nothing. */
export function CheckSessionPage({ cookieName }: CheckSessionPageProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>Session check</title>
      </head>
      <body>
        <script>{raw(scriptFor(cookieName))}</script>
      </body>
    </html>
  );
}

/** The source expression of the page's script for the Content-Security-Policy. */
export function checkSessionScript({ cookieName }: CheckSessionPageProps): string {
  return scriptSource(scriptFor(cookieName));
}
