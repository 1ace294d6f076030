import type { MailRequester, MailRequestOutcome } from '../accounts/self-service/sign-up.js';
import {
  ChoosePasswordPage,
  type ChoosePasswordPageProps,
  EmailFormPage,
  type EmailFormPageProps,
  formScript,
  MessagePage,
  pageElement,
} from '../pages/index.js';
import { chooseLanguage, type LanguagePreferences } from '../texts/choose-language.js';
import type { Message } from '../texts/texts.js';
import type { EndpointRequest, PageResponse } from './endpoint.js';

/** Who asks for a mail, with the language of the page that asked. */
export function mailRequester(incoming: EndpointRequest, languages: LanguagePreferences = {}): MailRequester {
  const language = chooseLanguage(languages, incoming.headers.get('accept-language'));
  const { address, knownBrowserCookie } = incoming;
  return { address, language, knownBrowserCookie };
}

/** The page after a request for a mail. It is the same whether or not an account has the address. */
export function mailRequested(
  outcome: MailRequestOutcome,
  form: EmailFormPageProps,
  languages: LanguagePreferences = {},
): PageResponse {
  if (outcome.outcome === 'sent') {
    const message: Message = { key: 'signUp.sentText', values: { email: outcome.email } };
    const page = pageElement(MessagePage, { title: 'signUp.sentTitle', message, icon: 'mail' });
    return { kind: 'page', status: 200, languages, page };
  }
  return refusedMail(outcome, form, languages);
}

/** The form again, after a request for a mail that was refused. */
export function refusedMail(
  outcome: Parameters<typeof refusalOf>[0],
  form: EmailFormPageProps,
  languages: LanguagePreferences,
): PageResponse {
  const { error, status, headers } = refusalOf(outcome);
  return {
    ...emailForm({ ...form, error }, languages),
    status,
    ...(headers === undefined ? {} : { headers }),
  };
}

/** Why no mail was sent. */
export function refusalOf(outcome: Exclude<MailRequestOutcome, { outcome: 'sent' }>): {
  readonly status: number;
  readonly error: Message;
  readonly headers?: Readonly<Record<string, string>>;
} {
  if (outcome.outcome === 'invalidEmail') return { status: 400, error: { key: 'signUp.invalidEmail' } };
  const { retryAfterSeconds } = outcome;
  return {
    status: 429,
    error: { key: 'signUp.tooMany', values: { minutes: Math.ceil(retryAfterSeconds / 60) } },
    headers: { 'retry-after': String(retryAfterSeconds) },
  };
}

export function emailForm(props: EmailFormPageProps, languages: LanguagePreferences = {}): PageResponse {
  return {
    kind: 'page',
    status: 200,
    languages,
    script: formScript,
    page: pageElement(EmailFormPage, props),
  };
}

export function passwordForm(props: ChoosePasswordPageProps): PageResponse {
  const status = props.error === undefined ? 200 : 400;
  return { kind: 'page', status, script: formScript, page: pageElement(ChoosePasswordPage, props) };
}

/** The page behind a link that is spent, expired or unknown. */
export function unusableLink(again: string | undefined): PageResponse {
  const page = pageElement(MessagePage, {
    title: 'signUp.linkExpiredTitle',
    message: { key: 'signUp.linkExpiredText' },
    icon: 'clock',
    tone: 'trouble',
    next: again === undefined ? undefined : { href: again, label: 'signUp.newLink' },
  });
  return { kind: 'page', status: 400, page };
}
