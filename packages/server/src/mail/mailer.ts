import type { Clock } from '../crypto/clock.js';
import type { Random } from '../crypto/random.js';
import { randomId } from '../crypto/random.js';
import type { Sealer } from '../crypto/seal.js';
import type { MailRecord, MailStore } from '../storage/ports/index.js';
import type { Language } from '../texts/languages.js';
import { type Mail, mailSeconds } from './templates.js';

/** A mail in the language of its recipient. */
export type AddressedMail = Mail & { readonly language: Language };

/** Mails to users. They wait in the database until the mail server has accepted them. */
export interface Mailer {
  /** Whether a mail server is configured. Without one, features that need mails are off. */
  readonly isConfigured: boolean;
  /** A mail to be written in the unit of a change. Call `wake` afterwards. */
  compose(mail: AddressedMail): MailRecord;
  /** Writes a mail, and does not wait until it is sent. If too many mails wait, it is dropped and logged. */
  send(mail: AddressedMail): Promise<void>;
  /** Starts to send the mails that wait, and does not wait for it. */
  wake(): void;
}

export interface MailerDependencies {
  readonly isConfigured: boolean;
  readonly mails: Pick<MailStore, 'add'>;
  readonly sealer: Pick<Sealer, 'seal'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly wake: () => void;
  readonly onFull: (template: string) => void;
}

export function createMailer(dependencies: MailerDependencies): Mailer {
  const { isConfigured, mails, sealer, clock, random, wake, onFull } = dependencies;

  const compose: Mailer['compose'] = (mail) => {
    const createdAt = clock();
    return {
      id: randomId(random),
      template: mail.template,
      sealed: sealer.seal(JSON.stringify(mail)),
      createdAt,
      expiresAt: createdAt + mailSeconds[mail.template],
    };
  };

  return {
    isConfigured,
    compose,
    async send(mail) {
      if (!isConfigured) return;
      if ((await mails.add(compose(mail))) === 'full') onFull(mail.template);
      wake();
    },
    wake,
  };
}
