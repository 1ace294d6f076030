import { readMailFrom } from '../config/mail-values.js';
import { createSealer } from '../crypto/seal.js';
import { type MailDelivery, startMailDelivery } from '../mail/delivery.js';
import { type AddressedMail, createMailer, type Mailer } from '../mail/mailer.js';
import { type Letterhead, renderMail } from '../mail/render-mail.js';
import { createSmtpTransport, readSmtpUrl } from '../mail/smtp.js';
import type { MailRecord } from '../storage/ports/index.js';
import { mailedLogo } from './brand.js';
import type { ServerDependencies } from './dependencies.js';

/** Mails to users, and their delivery. The delivery is undefined without a mail server. */
export interface Mail {
  readonly mailer: Mailer;
  readonly delivery: MailDelivery | undefined;
  /** @returns undefined if the mail cannot be decrypted */
  readonly recipientOf: (mail: MailRecord) => string | undefined;
}

/** Starts to send mails by the mail server of the configuration, or to the catcher of `grantor dev`. */
export function startMail(dependencies: ServerDependencies): Mail {
  const { config, keys, store, log, clock, random, repeat, texts, brand, mailCatcher } = dependencies;
  const needsMails = [
    ...(config.signUp === 'off' ? [] : ['GRANTOR_SIGN_UP']),
    ...(config.emailSignIn === 'off' ? [] : ['GRANTOR_EMAIL_SIGN_IN']),
  ];
  if (needsMails.length > 0 && config.smtpUrl === undefined && mailCatcher === undefined) {
    throw new Error(
      `A mail server is needed for ${needsMails.join(' and ')}. Set GRANTOR_SMTP_URL and GRANTOR_MAIL_FROM.`,
    );
  }
  const sealer = createSealer(keys, 'mail', random);
  const open = ({ sealed }: MailRecord): AddressedMail | undefined => {
    const text = sealer.open(sealed);
    return text === undefined ? undefined : (JSON.parse(text) as AddressedMail);
  };
  const transport =
    config.smtpUrl === undefined ? mailCatcher : createSmtpTransport(readSmtpUrl(config.smtpUrl));
  const letterhead: Letterhead = {
    from: readMailFrom(config.mailFrom ?? '') ?? { name: brand.name, address: 'grantor@localhost' },
    site: brand.name,
    logo: mailedLogo(brand, config.issuer),
    colours: brand.palettes.light,
  };
  const delivery =
    transport &&
    startMailDelivery({
      mails: store.mails,
      transport,
      async read(record) {
        const mail = open(record);
        return mail && renderMail(texts, letterhead, mail, record);
      },
      clock,
      repeat,
      onGivenUp: (mail, reason) => log.error('a mail was not sent', { ...mail, reason }),
      onPutOff: (mail, reason) => log.error('a mail could not be sent yet', { ...mail, reason }),
      onUndecided: (mail) =>
        log.error('a process ended while it sent a mail, which is in doubt', { ...mail }),
      onFailure: (error) => log.error('sending mails failed', { err: error }),
    });
  return {
    delivery,
    recipientOf: (record) => open(record)?.to,
    mailer: createMailer({
      isConfigured: transport !== undefined,
      mails: store.mails,
      sealer,
      clock,
      random,
      wake: () => delivery?.wake(),
      onFull: (template) => log.error('too many mails wait to be sent; a mail was dropped', { template }),
    }),
  };
}
