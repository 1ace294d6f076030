import type { TokenSet, UserInfo } from '@grantor/client';
import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { FilesAnswer } from './files-api.js';
import { formatSize, formatTime, timeLeft } from './format.js';
import type { Settings } from './settings.js';

/** JSX escapes all text, so a name such as `<script>` is shown and not run. */
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

/** For somebody who is not connected. */
export function WelcomePage(props: { issuer: string; notice?: string | undefined }) {
  return (
    <Page title="Welcome" notice={props.notice}>
      <section class="card hero">
        <h1>All your files, in one calm list</h1>
        <p>
          Connect your account and this app shows who you are and what files you have. You sign in where your
          account is, at <strong class="host">{new URL(props.issuer).host}</strong>; this app never sees your
          password.
        </p>
        <ConnectLink />
        <p class="quiet">You are asked before anything is shared, and can disconnect any time.</p>
      </section>
    </Page>
  );
}

/** For somebody who is connected. */
export function ConnectedPage(props: {
  profile: UserInfo;
  tokens: TokenSet;
  files: FilesAnswer;
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
            'The server does not say when the token expires.'
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
    'The files service did not accept the token. Does it trust this authorization server, and expect the audience it writes into tokens?',
  unavailable:
    'Your files cannot be shown right now: the files service does not answer. Try again in a moment.',
};

function FileList({ files }: { files: FilesAnswer }) {
  if ('problem' in files) return <p class="note">{FILE_PROBLEMS[files.problem]}</p>;
  if (files.files.length === 0) return <p class="quiet">There are none yet.</p>;
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

/** For what did not work, and for who chose not to. */
export function MessagePage(props: { title: string; text: string; detail?: string | undefined }) {
  return (
    <Page title={props.title}>
      <section class="card hero">
        <h1>{props.title}</h1>
        <p>{props.text}</p>
        <div class="actions">
          <ConnectLink label="Connect again" />
          <a class="button" href="/">
            Back to the start
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

/** For the developer who has not registered the app yet. */
export function SetupPage({ issuer, redirectUri, scopes, apiBaseUrl }: Settings) {
  const registration = {
    name: 'Paper Trail',
    redirectUris: [redirectUri],
    grantTypes: ['authorization_code', 'refresh_token'],
    // Whom its access tokens are for: the API takes no others (RFC 9068 §4).
    audience: apiBaseUrl,
  };
  return (
    <Page title="One step to go">
      <section class="card">
        <h1>One step to go: register this app</h1>
        <p>
          There is no <code>CLIENT_ID</code> yet. Register the app with the authorization server, with an API
          key of yours:
        </p>
        <pre>
          {`curl ${issuer}/api/2.0/clients \\
  -H "Authorization: Bearer $API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '${JSON.stringify(registration, null, 2)}'`}
        </pre>
        <p>
          The answer has a <code>client_id</code> and, this once, a <code>client_secret</code>. Start again
          with them:
        </p>
        <pre>{'CLIENT_ID=… CLIENT_SECRET=… npm start'}</pre>
        <p class="quiet">
          The app will ask for: <code>{scopes}</code>
        </p>
      </section>
    </Page>
  );
}
