import type { Application } from '../accounts/application.js';
import type { Config } from '../config/config.js';
import type { Clock } from '../crypto/clock.js';
import type { DeploymentKeys } from '../crypto/deployment-keys.js';
import type { Random } from '../crypto/random.js';
import type { Stretch } from '../crypto/stretch.js';
import type { Keyring } from '../keys/keyring.js';
import type { MailCatcher } from '../mail/mail-catcher.js';
import type { MemoryTables } from '../memory/tables.js';
import type { Log } from '../operations/log.js';
import type { Brand } from '../pages/index.js';
import type { Store } from '../storage/ports/index.js';
import type { Texts } from '../texts/texts.js';
import type { Limits } from '../throttling/limit.js';
import type { Repeat } from '../timers/timers.js';

/** The parts of the runtime that a test may replace. */
export interface RuntimeDependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly repeat: Repeat;
  /** How the secret is stretched. Tests start many servers and pass a cheap function. */
  readonly stretch: Stretch;
  /** Keeps mails instead of sending them, where no mail server is configured. */
  readonly mailCatcher: MailCatcher | undefined;
}

/** The dependencies of every part of a server. */
export interface ServerDependencies extends Omit<RuntimeDependencies, 'stretch'> {
  readonly config: Config;
  /** The application that the server is embedded in; empty for a server of its own. */
  readonly application: Application;
  readonly keys: DeploymentKeys;
  readonly store: Store;
  readonly log: Log;
  readonly keyring: Keyring;
  /** The list of every cache, limiter and queue in memory. */
  readonly memory: MemoryTables;
  readonly limits: Limits;
  readonly texts: Texts;
  readonly brand: Brand;
}
