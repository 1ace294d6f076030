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
  /** The address of its logo on this server, the only one that a mail loads. */
  readonly logo: string | undefined;
  /** Six-digit hex colours whose contrast is checked. */
  readonly colours: MailColours;
}

export interface MailColours {
  readonly paper: string;
  readonly surface: string;
  readonly text: string;
  readonly muted: string;
  readonly accent: string;
  readonly onAccent: string;
}

/** The parts of a mail in the language of its recipient, as plain text. */
interface MailParts {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  /** What the recipient types on a page. */
  readonly code: string | undefined;
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
  { from, site, logo, colours }: Letterhead,
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
    html: htmlOf(<MailBody t={t} site={site} logo={logo} colours={colours} {...parts} />),
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
    code: 'code' in values ? readable(values.code) : undefined,
    button: href === undefined || label === undefined ? undefined : { label: t(label), href },
    footer: [...(note === undefined ? [] : [t(`mail.${note}`, { site })]), t('mail.sentBy', { site })],
  };
}

/** A code in two groups, which are easier to type. */
function readable(code: string): string {
  const half = code.length / 2;
  return `${code.slice(0, half)} ${code.slice(half)}`;
}

/** The labels of the links. */
const buttons = {
  signUp: 'mail.signUpButton',
  accountExists: 'mail.resetButton',
  invitation: 'mail.signUpButton',
  resetPassword: 'mail.resetButton',
  noAccount: undefined,
  signInCode: 'mail.signInButton',
  signInNoAccount: undefined,
  changeEmail: 'mail.changeEmailButton',
  emailInUse: undefined,
  emailChanged: undefined,
  passwordChanged: 'mail.resetButton',
  newSignIn: 'mail.resetButton',
  passkeyAdded: 'mail.resetButton',
  passkeyRemoved: 'mail.resetButton',
  totpAdded: 'mail.resetButton',
  totpRemoved: 'mail.resetButton',
  recoveryCodeUsed: 'mail.resetButton',
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

function textOf({ paragraphs, code, button, footer }: MailParts): string {
  const codes = code === undefined ? [] : [code];
  const link = button === undefined ? [] : [`${button.label}:\n${button.href}`];
  return `${[...paragraphs, ...codes, ...link, ...footer].join('\n\n')}\n`;
}

const digits = 'font-size:28px;font-weight:600;letter-spacing:2px';
const small = (colour: string) => `color:${colour};font-size:14px`;

type MailBodyProps = MailParts & Pick<Letterhead, 'site' | 'logo' | 'colours'> & { readonly t: Translator };

/** Styles are in the elements: many programs drop style sheets. Only the logo is loaded, for all mails from one address. */
function MailBody({ t, site, logo, colours, subject, paragraphs, code, button, footer }: MailBodyProps) {
  const { paper, surface, text, muted, accent, onAccent } = colours;
  return (
    <html lang={t.language} dir={t.direction}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta name="color-scheme" content="light" />
        <title>{subject}</title>
      </head>
      <body
        style={`margin:0;padding:24px;background:${paper};color:${text};font:16px/1.5 system-ui,sans-serif`}
      >
        <div
          style={`max-width:520px;margin:0 auto;padding:32px;background:${surface};border-radius:12px`}
          dir={t.direction}
        >
          <p style="margin:0 0 24px;font-weight:600">
            {logo === undefined ? (
              <bdi>{site}</bdi>
            ) : (
              <img src={logo} alt={site} height="40" style="height:40px;max-width:100%;object-fit:contain" />
            )}
          </p>
          {paragraphs.map((paragraph) => (
            <p>{paragraph}</p>
          ))}
          {code !== undefined && (
            <p style={digits}>
              <bdi dir="ltr">{code}</bdi>
            </p>
          )}
          {button !== undefined && (
            <>
              <p>
                <a
                  href={button.href}
                  style={`display:inline-block;padding:12px 20px;border-radius:8px;background:${accent};color:${onAccent};text-decoration:none;font-weight:600`}
                >
                  {button.label}
                </a>
              </p>
              <p style={small(muted)}>
                {t('mail.openAddress')}
                <br />
                <span dir="ltr" style="word-break:break-all">
                  {button.href}
                </span>
              </p>
            </>
          )}
          {footer.map((line) => (
            <p style={small(muted)}>{line}</p>
          ))}
        </div>
      </body>
    </html>
  );
}
