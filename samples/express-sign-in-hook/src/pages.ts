import type { User } from './users.js';

const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

const STYLE = `
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
  main { max-width: 24rem; margin: 10vh auto; padding: 0 1rem; }
  label, input { display: block; width: 100%; box-sizing: border-box; }
  input { margin: 0.25rem 0 1rem; padding: 0.5rem; font: inherit; }
  button { padding: 0.5rem 1rem; font: inherit; }
  :focus-visible { outline: 2px solid; outline-offset: 2px; }
`;

const page = (title: string, body: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body><main><h1>${title}</h1>${body}</main></body>
</html>`;

/** @param tryUrl an authorization request of a demo app */
export function homePage(user: User | undefined, tryUrl: string): string {
  const own =
    user === undefined
      ? '<p>You are not signed in. <a id="sign-in-link" href="/sign-in">Sign in</a></p>'
      : `<p>Signed in as <strong>${escaped(user.name)}</strong>.</p>
         <form method="post" action="/sign-out"><button id="sign-out">Sign out</button></form>`;
  return page(
    'Paper Shop',
    `${own}<p><a id="connect" href="${escaped(tryUrl)}">Connect the demo app</a></p>`,
  );
}

/**
 * @param appName the app that the user signs in for
 * @param challenge of Grantor; undefined for a sign-in to this application alone
 */
export function signInPage(fields: {
  readonly appName?: string | undefined;
  readonly challenge?: string | undefined;
  readonly username?: string | undefined;
  readonly error?: string;
}): string {
  const { appName, challenge, username = '', error } = fields;
  return page(
    'Sign in to Paper Shop',
    `${appName === undefined ? '' : `<p>to continue to <strong>${escaped(appName)}</strong></p>`}
     ${error === undefined ? '' : `<p role="alert">${escaped(error)}</p>`}
     <form method="post" action="/sign-in">
       <input type="hidden" name="challenge" value="${escaped(challenge ?? '')}">
       <label for="username">Username</label>
       <input id="username" name="username" value="${escaped(username)}" autocomplete="username" required autofocus>
       <label for="password">Password</label>
       <input id="password" name="password" type="password" autocomplete="current-password" required>
       <button id="sign-in">Sign in</button>
     </form>`,
  );
}

/** What the demo app shows when it gets the response of Grantor. */
export function connectedPage(parameters: URLSearchParams): string {
  const rows = [...parameters].map(([name, value]) => `<li>${escaped(name)}: ${escaped(value)}</li>`);
  return page(
    'The demo app is connected',
    `<p>Grantor sent:</p><ul>${rows.join('')}</ul><p><a href="/">Back</a></p>`,
  );
}
