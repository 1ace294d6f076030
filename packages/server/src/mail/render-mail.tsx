import type { JSX } from 'hono/jsx/jsx-runtime';
import type { Texts, Translator } from '../texts/texts.js';
import type { AddressedMail } from './mailer.js';
import { type MailTemplate, noteOf } from './templates.js';
import type { Message } from './transport.js';

/** What every mail of a deployment has. */
export interface Letterhead {
  /** The sender, such as `Example <no-reply@example.com>`. */
  readonly from: { readonly name: string; readonly address: string };
  /** The name of the service. */
  readonly site: string;
}

/** The parts of a mail in the language of its recipient, as plain text. */
interface MailParts {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  readonly button: { readonly label: string; readonly href: string } | undefined;
  readonly footer: readonly string[];
}

/** The headers that all attempts to send a mail have in common. */
export interface MailEnvelope {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly createdAt: number;
}

/** A mail as text and as HTML (RFC 2046 §5.1.4). */
export async function renderMail(
  texts: Texts,
  { from, site }: Letterhead,
  mail: AddressedMail,
  { id, createdAt }: MailEnvelope,
): Promise<Message> {
  // Loaded for the first mail: a server without mails does not need it.
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const t = texts.in(mail.language);
  const parts = partsOf(t, site, mail);
  const [, domain = 'localhost'] = /@(.+)$/.exec(from.address) ?? [];
  const text = textOf(parts);
  const composer = new MailComposer({
    from: { ...from },
    to: { name: '', address: mail.to },
    subject: parts.subject,
    messageId: `<${id}@${domain}>`,
    date: new Date(createdAt * 1000),
    text,
    html: htmlOf(<MailBody t={t} {...parts} />),
    // RFC 3834 §5: no program sends an automatic reply.
    headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': mail.language },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const bytes = await composer.compile().build();
  return { from: from.address, to: mail.to, subject: parts.subject, text, bytes };
}

function partsOf(t: Translator, site: string, { template, values }: AddressedMail): MailParts {
  const known = { ...values, site };
  const note = noteOf(template);
  const href = 'link' in values ? values.link : undefined;
  const label = buttons[template];
  return {
    subject: t(`mail.${template}Subject`, known),
    paragraphs: [t('mail.greeting'), t(`mail.${template}Text`, inWords(t, known))],
    button: href === undefined || label === undefined ? undefined : { label: t(label), href },
    footer: [...(note === undefined ? [] : [t(`mail.${note}`, { site })]), t('mail.sentBy', { site })],
  };
}

/** The labels of the links. */
const buttons = {
  signUp: 'mail.signUpButton',
  accountExists: 'mail.resetButton',
  invitation: 'mail.signUpButton',
  resetPassword: 'mail.resetButton',
  noAccount: undefined,
  changeEmail: 'mail.changeEmailButton',
  emailInUse: undefined,
  emailChanged: undefined,
  passwordChanged: 'mail.resetButton',
  newSignIn: 'mail.resetButton',
  passkeyAdded: 'mail.resetButton',
  passkeyRemoved: 'mail.resetButton',
  totpAdded: 'mail.resetButton',
  totpRemoved: 'mail.resetButton',
  recoveryCodesReplaced: 'mail.resetButton',
  factorsReset: 'mail.resetButton',
} as const satisfies Record<MailTemplate, string | undefined>;

function inWords(t: Translator, values: Readonly<Record<string, string | number>>) {
  return {
    ...values,
    ...('at' in values ? { at: Number(values.at) * 1000 } : {}),
    ...(values.browser === '' ? { browser: t('mail.unknownBrowser') } : {}),
  };
}

function htmlOf(element: JSX.Element): string {
  const html: unknown = element instanceof Promise ? element : element.toString();
  if (typeof html !== 'string') throw new TypeError('A mail must render synchronously');
  return `<!doctype html>${html}`;
}

function textOf({ paragraphs, button, footer }: MailParts): string {
  const link = button === undefined ? [] : [`${button.label}:\n${button.href}`];
  return `${[...paragraphs, ...link, ...footer].join('\n\n')}\n`;
}

const body = 'margin:0;padding:24px;background:#f4f5f7;color:#1b1f24;font:16px/1.5 system-ui,sans-serif';
const card = 'max-width:520px;margin:0 auto;padding:32px;background:#fff;border-radius:12px';
const action =
  'display:inline-block;padding:12px 20px;border-radius:8px;background:#1f4fd8;color:#fff;text-decoration:none;font-weight:600';
const small = 'color:#57606a;font-size:14px';

/** Styles are in the elements: many programs drop style sheets. No image and no address of another server is loaded. */
function MailBody({ t, subject, paragraphs, button, footer }: MailParts & { readonly t: Translator }) {
  return (
    <html lang={t.language} dir={t.direction}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta name="color-scheme" content="light" />
        <title>{subject}</title>
      </head>
      <body style={body}>
        <div style={card} dir={t.direction}>
          {paragraphs.map((text) => (
            <p>{text}</p>
          ))}
          {button !== undefined && (
            <>
              <p>
                <a href={button.href} style={action}>
                  {button.label}
                </a>
              </p>
              <p style={small}>
                {t('mail.openAddress')}
                <br />
                <span dir="ltr" style="word-break:break-all">
                  {button.href}
                </span>
              </p>
            </>
          )}
          {footer.map((text) => (
            <p style={small}>{text}</p>
          ))}
        </div>
      </body>
    </html>
  );
}
