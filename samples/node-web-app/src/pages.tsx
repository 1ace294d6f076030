import type { TokenSet, UserInfo } from '@grantor/client';
import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { FilesResult } from './files-api.js';
import { formatSize, formatTime, timeLeft } from './format.js';
import type { Settings } from './settings.js';

/** JSX escapes all text, so a name such as `<script>` is shown and does not run. */
function Page({ title, notice, children }: { title: string; notice?: string | undefined; children: Child }) {
  const document = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title} · Paper Trail</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <header>
          <a class="brand" href="/">
            <img src="/icon.svg" alt="" width="28" height="28" /> Paper Trail
          </a>
          <span class="tag">Node sample</span>
        </header>
        <main>
          {notice !== undefined && (
            <p id="notice" class="notice" role="status">
              {notice}
            </p>
          )}
          {children}
        </main>
      </body>
    </html>
  );
  return (
    <>
      {raw('<!doctype html>')}
      {document}
    </>
  );
}

const ConnectLink = ({ label = 'Connect' }: { label?: string }) => (
  <a id="connect" class="button primary" href="/connect">
    {label}
  </a>
);

/** For a user who is not connected. */
export function WelcomePage(props: { issuer: string; notice?: string | undefined }) {
  return (
    <Page title="Welcome" notice={props.notice}>
      <section class="card hero">
        <h1>All your files, in one calm list</h1>
        <p>
          Connect your account, and this app shows your profile and your files. You sign in at{' '}
          <strong class="host">{new URL(props.issuer).host}</strong>. This app does not see your password.
        </p>
        <ConnectLink />
        <p class="quiet">You are asked before anything is shared, and you can disconnect at any time.</p>
      </section>
    </Page>
  );
}

/** For a user who is connected. */
export function ConnectedPage(props: {
  profile: UserInfo;
  tokens: TokenSet;
  files: FilesResult;
  notice?: string | undefined;
}) {
  const { name, email, preferred_username: username, sub } = props.profile;
  const shownName = [name, username, email, sub].find((text) => typeof text === 'string' && text !== '');
  const { expiresAt } = props.tokens;
  return (
    <Page title="Your files" notice={props.notice}>
      <section id="profile" class="card person">
        <span class="avatar" aria-hidden="true">
          {Array.from(String(shownName).trim())[0]?.toUpperCase()}
        </span>
        <div>
          <h1 dir="auto">{shownName}</h1>
          {typeof email === 'string' && email !== shownName && <p dir="auto">{email}</p>}
        </div>
      </section>
      <section id="files" class="card">
        <h2>Files</h2>
        <FileList {...props} />
      </section>
      <section class="card">
        <h2>Access</h2>
        <p>
          {expiresAt === undefined ? (
            'The server did not send a lifetime of the token.'
          ) : (
            <>
              The token expires {timeLeft(expiresAt)}, at{' '}
              <time id="expires" datetime={new Date(expiresAt * 1000).toISOString()}>
                {formatTime(expiresAt)}
              </time>
              .
            </>
          )}
        </p>
        <div class="actions">
          <form method="post" action="/refresh">
            <button id="refresh" type="submit">
              Refresh token
            </button>
          </form>
          <form method="post" action="/disconnect">
            <button id="disconnect" class="danger" type="submit">
              Disconnect
            </button>
          </form>
        </div>
      </section>
    </Page>
  );
}

const FILE_PROBLEMS = {
  not_allowed: 'You did not allow this app to see your files. Disconnect and connect again to change that.',
  token_refused:
    'The files service did not accept the token. Check that it trusts this authorization server, and that its audience is the one in the token.',
  unavailable:
    'Your files cannot be shown right now: the files service does not respond. Try again in a moment.',
};

function FileList({ files }: { files: FilesResult }) {
  if ('problem' in files) return <p class="note">{FILE_PROBLEMS[files.problem]}</p>;
  if (files.files.length === 0) return <p class="quiet">There are no files yet.</p>;
  return (
    <ul class="files">
      {files.files.map(({ name, size, modified }) => (
        <li>
          <span class="name" dir="auto">
            {name}
          </span>
          <span class="quiet">
            {formatSize(size)} · <time datetime={modified}>{modified.slice(0, 10)}</time>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** For an error, and for a user who denied access. */
export function MessagePage(props: { title: string; text: string; detail?: string | undefined }) {
  return (
    <Page title={props.title}>
      <section class="card hero">
        <h1>{props.title}</h1>
        <p>{props.text}</p>
        <div class="actions">
          <ConnectLink label="Connect again" />
          <a class="button" href="/">
            Start page
          </a>
        </div>
        {props.detail !== undefined && (
          <details>
            <summary>For developers</summary>
            <p>{props.detail}</p>
          </details>
        )}
      </section>
    </Page>
  );
}

/** For the developer, while the app is not registered. */
export function SetupPage({ issuer, redirectUri, scopes, apiBaseUrl }: Settings) {
  const registration = {
    name: 'Paper Trail',
    redirectUris: [redirectUri],
    grantTypes: ['authorization_code', 'refresh_token'],
    // The audience of its access tokens: the API accepts no other (RFC 9068 §4).
    audience: apiBaseUrl,
  };
  return (
    <Page title="Register this app">
      <section class="card">
        <h1>Register this app</h1>
        <p>
          <code>CLIENT_ID</code> is not set. Register the app at the authorization server, with your API key:
        </p>
        <pre>
          {`curl ${issuer}/api/2.0/clients \\
  -H "Authorization: Bearer $API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '${JSON.stringify(registration, null, 2)}'`}
        </pre>
        <p>
          The response has a <code>client_id</code> and a <code>client_secret</code>, which is shown once.
          Restart the app with them:
        </p>
        <pre>{'CLIENT_ID=… CLIENT_SECRET=… npm start'}</pre>
        <p class="quiet">
          The app requests the scopes: <code>{scopes}</code>
        </p>
      </section>
    </Page>
  );
}
