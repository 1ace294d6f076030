import { Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../config/load-config.js';
import { localDefaults } from '../config/local-defaults.js';
import { systemClock } from '../crypto/clock.js';
import { createDeploymentKeys } from '../crypto/deployment-keys.js';
import { rememberStretched, stretchSecret } from '../crypto/stretch.js';
import { createMailCatcher } from '../mail/mail-catcher.js';
import { ensureDemo } from './demo/demo-data.js';
import { type DemoProcess, startDemoApps } from './demo/demo-processes.js';
import { withExamples } from './examples.js';
import { onEndSignal, runServer } from './run-server.js';

interface DevOptions {
  readonly data: string;
  readonly appPort: string;
  readonly apiPort: string;
  readonly json?: boolean;
}

export const dev = withExamples(
  new Command('dev').description('run the server with a demo app, a demo API and a user to sign in as'),
  'grantor dev --data /tmp/grantor',
)
  .option('--data <folder>', 'the folder for the database and the secret', './data')
  .option('--app-port <port>', 'port of the demo app', portNumber, '4200')
  .option('--api-port <port>', 'port of the demo API', portNumber, '4300')
  .option('--json', 'print the addresses as one line of JSON')
  .action(async (options: DevOptions) => {
    const environment = { GRANTOR_LOG_LEVEL: 'warn', GRANTOR_COMPAT: 'docspace', ...process.env };
    const defaults = {
      ...localDefaults(environment, options.data),
      // Mails that are caught reach only this machine, so that no one else can finish a sign-up.
      ...(process.env.GRANTOR_SMTP_URL ? {} : { signUp: 'open' as const }),
    };
    const withoutKey = loadConfig(environment, defaults, 'accept');
    const stretch = rememberStretched(stretchSecret);
    const keys = await createDeploymentKeys(withoutKey, stretch);
    // Derived, so that it stays the same and is stored in no file.
    const apiKey =
      withoutKey.apiKey ?? `grantor_dev_${keys.current.derive('demo-api-key').toString('base64url')}`;
    const config = { ...withoutKey, apiKey };
    const appUrl = `http://localhost:${options.appPort}`;
    const apiUrl = `http://localhost:${options.apiPort}`;
    // A developer who sets a mail server wants mails to arrive.
    const mailCatcher = config.smtpUrl === undefined ? createMailCatcher(systemClock) : undefined;
    const server = await runServer(config, { stretch, mailCatcher });
    const processes: DemoProcess[] = [];
    let starting: Promise<void> = Promise.resolve();
    let ending: Promise<void> | undefined;
    const stopProcesses = () => Promise.all(processes.map((one) => one.stop()));
    const end = () => {
      ending ??= (async () => {
        await Promise.all([stopProcesses(), server.close(), starting.catch(() => {})]);
        // A process may have started while the others were being stopped.
        await stopProcesses();
      })();
      return ending;
    };
    // Before the demo programs start, so that a signal stops them too.
    onEndSignal(end);
    try {
      const demo = await ensureDemo(server.store, systemClock, keys, { appUrl, apiUrl });
      starting = startDemoApps({ issuer: config.issuer, appUrl, apiUrl, client: demo.client }, processes);
      await starting;
      const where = {
        issuer: config.issuer,
        app: appUrl,
        api: apiUrl,
        reference: `${config.issuer}/api/docs`,
        ...(mailCatcher === undefined ? {} : { mails: `${config.issuer}/dev/mail` }),
        // Scripts read this name with --json.
        person: demo.user,
        apiKey,
      };
      console.log(options.json === true ? JSON.stringify(where) : welcome(where));
    } catch (error) {
      // An error caused by the shutdown is not reported.
      if (ending !== undefined) return;
      await end();
      throw error;
    }
  });

/** RFC 6335 §6, without 0, which would select an unknown port. */
function portNumber(text: string): string {
  if (!/^[1-9]\d{0,4}$/.test(text) || Number(text) > 65_535) {
    throw new InvalidArgumentError('It must be a number from 1 to 65535.');
  }
  return text;
}

function welcome(where: {
  readonly issuer: string;
  readonly app: string;
  readonly api: string;
  readonly reference: string;
  readonly mails?: string;
  readonly person: { readonly username: string; readonly password: string };
  readonly apiKey: string;
}): string {
  return `
  Grantor is running.

    Demo app     ${where.app}   ← start here: Connect, sign in, allow
    Sign in as   ${where.person.username}  /  ${where.person.password}

    Issuer       ${where.issuer}
    Demo API     ${where.api}
    API docs     ${where.reference}${where.mails === undefined ? '' : `\n    Mails        ${where.mails}`}
    API key      ${where.apiKey}

  Register an app of your own:

    curl ${where.issuer}/api/2.0/clients \\
      -H 'Authorization: Bearer ${where.apiKey}' -H 'Content-Type: application/json' \\
      -d '{"name": "My app", "redirectUris": ["http://localhost:3000/callback"]}'

  List the apps:

    GRANTOR_API_KEY=${where.apiKey} npx grantor clients list --url ${where.issuer}

  Press Ctrl+C to stop.
`;
}
