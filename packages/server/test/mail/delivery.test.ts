import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MovedClock } from '../../../../test/kit/deployment.js';
import { TestSmtpServer } from '../../../../test/kit/smtp-server.js';
import { cheapStretch } from '../../../../test/kit/stretch.js';
import { createDatabase } from '../../../../test/kit/test-database.js';
import { createDeploymentKeys } from '../../src/crypto/deployment-keys.js';
import { createPooledRandom } from '../../src/crypto/random.js';
import { createSealer } from '../../src/crypto/seal.js';
import { type MailDelivery, startMailDelivery } from '../../src/mail/delivery.js';
import { type AddressedMail, createMailer, type Mailer } from '../../src/mail/mailer.js';
import { renderMail } from '../../src/mail/render-mail.js';
import { createSmtpTransport, readSmtpUrl } from '../../src/mail/smtp.js';
import { defaultBrand } from '../../src/pages/index.js';
import { openStore } from '../../src/storage/open-store.js';
import type { Store } from '../../src/storage/ports/index.js';
import { createTexts } from '../../src/texts/texts.js';

const letterhead = {
  from: { name: 'Example', address: 'no-reply@example.com' },
  site: 'Example',
  logo: undefined,
  colours: defaultBrand.palettes.light,
};
const reset = (to: string, language: AddressedMail['language'] = 'en'): AddressedMail => ({
  template: 'resetPassword',
  to,
  language,
  values: { link: 'https://login.example.com/reset-password/choose?token=secret', minutes: 30 },
});

describe('the delivery of mails', () => {
  const texts = createTexts();
  const random = createPooledRandom();
  const clock = new MovedClock();
  const log: string[] = [];
  let store: Store;
  let smtp: TestSmtpServer;
  let mailer: Mailer;
  let delivery: MailDelivery;
  let startDelivery: () => MailDelivery;
  let tick: () => Promise<void> = async () => {};

  beforeAll(async () => {
    store = await openStore(await createDatabase('sqlite'));
  });
  afterAll(() => store.close());

  beforeEach(async () => {
    log.length = 0;
    smtp = await TestSmtpServer.start();
    const keys = await createDeploymentKeys(
      { secret: 'a secret of this test with 32 characters' },
      cheapStretch,
    );
    const sealer = createSealer(keys, 'mail', random);
    startDelivery = () =>
      startMailDelivery({
        mails: store.mails,
        transport: createSmtpTransport(readSmtpUrl(smtp.url)),
        async read({ id, createdAt, sealed }) {
          const text = sealer.open(sealed);
          const mail = text === undefined ? undefined : (JSON.parse(text) as AddressedMail);
          return mail && renderMail(texts, letterhead, mail, { id, createdAt });
        },
        clock: clock.read,
        repeat: (_, task) => {
          tick = task;
          return async () => {};
        },
        onGivenUp: ({ template }, reason) => log.push(`given up: ${template}, ${reason}`),
        onPutOff: ({ template }, reason) => log.push(`put off: ${template}, ${reason}`),
        onUndecided: ({ template }) => log.push(`undecided: ${template}`),
        onFailure: (error) => log.push(`failure: ${String(error)}`),
      });
    delivery = startDelivery();
    mailer = createMailer({
      isConfigured: true,
      mails: store.mails,
      sealer,
      clock: clock.read,
      random,
      wake: () => delivery.wake(),
      onFull: () => log.push('full'),
    });
  });
  afterEach(async () => {
    await delivery.stop();
    await smtp.stop();
  });

  async function later(seconds: number): Promise<void> {
    await delivery.idle();
    clock.now += seconds;
    await tick();
    await delivery.idle();
  }

  it('sends a mail as text and HTML in the language of its recipient, which no program answers (RFC 3834 §5)', async () => {
    await mailer.send(reset('noor@example.com', 'ar'));
    const mail = await smtp.take('noor@example.com');
    expect(mail.headers).toMatchObject({
      from: 'Example <no-reply@example.com>',
      to: 'noor@example.com',
      'auto-submitted': 'auto-generated',
      'content-language': 'ar',
    });
    expect(mail.messageId).toMatch(/^<[\w-]{22}@example\.com>$/);
    expect(mail.subject).toBe('أعد تعيين كلمة المرور لدى Example');
    expect(mail.html).toContain('<html lang="ar" dir="rtl">');
    for (const body of [mail.text, mail.html]) expect(body).toContain('/reset-password/choose?token=secret');
  });

  it('stores no address and no link in clear text', async () => {
    const record = mailer.compose(reset('hidden@example.com'));
    expect(JSON.stringify(record)).not.toMatch(/hidden@|token=/);
  });

  it('sends a mail again that the mail server refuses for now, with the same ID (RFC 5321 §4.5.4.1)', async () => {
    for (const moment of ['connection', 'recipient', 'data', 'end of data'] as const) {
      smtp.hook = (at) => (at === moment ? '451 Try again later' : undefined);
      const before = smtp.received.length;
      await mailer.send(reset('ada@example.com'));
      await delivery.idle();
      smtp.hook = () => undefined;
      await later(9);
      expect(smtp.received).toHaveLength(before + (moment === 'end of data' ? 1 : 0));
      await later(1);
      const ids = smtp.received.splice(before).map(({ messageId }) => messageId);
      expect(new Set(ids).size).toBe(1);
    }
    expect(log.every((line) => line === 'put off: resetPassword, the mail server replied 451')).toBe(true);
  });

  it('gives up a mail that the mail server refuses for good, and names no address (RFC 5321 §4.2.1)', async () => {
    smtp.hook = (at) => (at === 'recipient' ? '550 No such user ada@example.com' : undefined);
    await mailer.send(reset('ada@example.com'));
    await later(3600);
    expect(smtp.received).toEqual([]);
    expect(log).toEqual(['given up: resetPassword, the mail server replied 550']);
  });

  it('sends the next mail after one that was refused', async () => {
    smtp.hook = (at) => {
      if (at !== 'recipient') return undefined;
      smtp.hook = () => undefined;
      return '550 No such user';
    };
    await mailer.send(reset('unknown@example.com'));
    await mailer.send(reset('ada@example.com'));
    await later(0);
    expect(smtp.received.map(({ to }) => to)).toEqual(['ada@example.com']);
  });

  it('keeps mails while no mail server can be reached, and deletes them when they expire', async () => {
    const { port } = smtp;
    await smtp.stop();
    await mailer.send(reset('ada@example.com'));
    await later(20);
    expect(log).toEqual(Array.from({ length: 2 }, () => expect.stringMatching(/^put off: .* did not reply/)));
    await later(1800);
    expect(log.at(-1)).toBe('given up: resetPassword, it has expired');
    smtp = await TestSmtpServer.start(port);
    await later(60);
    expect(smtp.received).toEqual([]);
  });

  it('sends each of many mails once, with two processes', async () => {
    const addresses = Array.from({ length: 40 }, (_, index) => `user${index}@example.com`);
    await Promise.all(addresses.map((to) => mailer.send(reset(to))));
    const other = startDelivery();
    await other.idle();
    await other.stop();
    await later(0);
    expect(smtp.received.map(({ to }) => to).toSorted()).toEqual(addresses.toSorted());
  });

  it('sends a mail whose process ended during the hand-over only if an administrator decides so', async () => {
    await store.mails.add(mailer.compose(reset('ada@example.com')));
    const [mail] = await store.mails.claim(clock.now, clock.now + 60, 1);
    if (mail === undefined) throw new Error('nothing was due');
    await store.mails.handOver(mail, clock.now);
    await later(900);
    expect(log).toEqual([]);
    await later(1);
    await later(60);
    expect(log).toEqual(['undecided: resetPassword']);
    expect(smtp.received).toEqual([]);
    expect(await store.mails.sendAgain(mail.id, clock.now)).toBe('queued');
    await later(0);
    expect(smtp.received.map(({ to }) => to)).toEqual(['ada@example.com']);
    expect((await store.mails.list({ limit: 1, after: null })).items).toEqual([]);
  });

  it('deletes a mail in doubt about which no administrator decided within seven days', async () => {
    await store.mails.add(mailer.compose(reset('ada@example.com')));
    for (const mail of await store.mails.claim(clock.now, clock.now + 60, 1)) {
      await store.mails.handOver(mail, clock.now);
    }
    await later(901);
    await later(7 * 86_400 - 901);
    expect((await store.mails.list({ limit: 1, after: null }, 'in_doubt')).items).toHaveLength(1);
    await later(1);
    expect((await store.mails.list({ limit: 1, after: null })).items).toEqual([]);
    expect(log).toEqual([
      'undecided: resetPassword',
      'given up: resetPassword, it was in doubt for seven days',
    ]);
  });
});
