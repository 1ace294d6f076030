import type { JSX } from 'hono/jsx/jsx-runtime';
import {
  AccountPage,
  ConfirmFactorPart,
  EmailCodePage,
  EmailFormPage,
  EmailLinkPage,
  EnrolmentPage,
  MessagePage,
  PasskeysPart,
  RecoveryCodesPage,
  SecondFactorPage,
  SecondFactorPart,
  SignInPage,
} from '../../src/pages/index.js';
import type { Language } from '../../src/texts/languages.js';
import { render, target } from './rendered.js';

const at = new Date('2026-09-30T10:20:30Z');
const email = 'a-user-with-a-rather-long-name@mail.department.example.com';
const tooMany = { key: 'signIn.tooManyAttempts', values: { minutes: 59 } } as const;
const prompt = { ...target, options: {} };
const usePasskey = { ...prompt, kind: 'get', label: { key: 'factors.usePasskey' } } as const;
const addPasskey = { ...prompt, kind: 'create', label: { key: 'factors.addPasskey' } } as const;

const inAccount = (body: JSX.Element) => (
  <AccountPage
    user={{ name: 'Ada Lovelace', email }}
    sections={[
      {
        name: 'factors',
        group: 'signIn',
        icon: 'phone',
        title: 'factors.sectionTitle',
        description: 'factors.sectionDescription',
        href: '/account/second-factor',
      },
    ]}
    current="factors"
    accountHref="/account"
    signOutHref="/signout"
    notice={{ key: 'factors.passkeyRemoved' }}
    error={{ key: 'factors.passkeysFull' }}
    body={body}
  />
);

/** The pages of second factors and of signing in by email, in their longest form. */
const pages: Readonly<Record<string, JSX.Element>> = {
  'all ways to sign in': (
    <SignInPage
      {...target}
      error={tooMany}
      passkey={usePasskey}
      otherWays={[{ id: 'by-email', label: { key: 'signIn.byEmail' }, href: '/signin/email' }]}
    />
  ),
  'address for a code': (
    <EmailFormPage
      {...target}
      title="signIn.emailTitle"
      lead="signIn.emailLead"
      submit="signIn.sendCode"
      email={email}
      error={{ key: 'signUp.tooMany', values: { minutes: 59 } }}
      aside={{ href: '/signin', label: 'signIn.anotherWay' }}
    />
  ),
  'code by email': <EmailCodePage {...target} email={email} newCodeHref="/signin/email" error={tooMany} />,
  'link by email': <EmailLinkPage {...target} email={email} error={tooMany} />,
  'code expired': (
    <MessagePage
      title="signIn.codeExpiredTitle"
      message="signIn.codeExpiredText"
      next={{ href: '/signin/email', label: 'signIn.newCode' }}
    />
  ),
  'other browser': <MessagePage title="signIn.otherBrowserTitle" message="signIn.otherBrowserText" />,
  'second factor': (
    <SecondFactorPage {...target} codes="app" passkey={usePasskey} rememberDays={30} error={tooMany} />
  ),
  'passkey as second factor': (
    <SecondFactorPage {...target} codes="none" passkey={usePasskey} rememberDays={1} error={tooMany} />
  ),
  'second factor to be set up': (
    <EnrolmentPage
      {...target}
      secret="MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK"
      address="otpauth://totp/x?secret=MFRG"
      passkey={addPasskey}
      error={{ key: 'factors.wrongCode' }}
      passkeyError={{ key: 'factors.passkeyFailed' }}
    />
  ),
  'recovery codes': (
    <RecoveryCodesPage codes={Array<string>(10).fill('WXYZ-WXYZ-WXYZ-WXYZ')} continueHref="/account" />
  ),
  'factor to be confirmed': inAccount(<ConfirmFactorPart target={target} />),
  'all factors': inAccount(
    <SecondFactorPart
      setUp={target}
      turnOff={target}
      recoveryCodes={7}
      newCodes={target}
      devices={[{ name: 'Firefox, Linux', createdAt: at, expiresAt: at, forget: target }]}
    />,
  ),
  'all passkeys': inAccount(
    <PasskeysPart
      passkeys={[
        {
          name: 'My rather old phone',
          isSynced: true,
          createdAt: at,
          lastUsedAt: at,
          rename: target,
          remove: target,
        },
      ]}
      add={addPasskey}
    />,
  ),
};

/** The documents of these pages, with what scripts show. */
export function factorPagesIn(language: Language): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(pages).map(([name, page]) => [
      name,
      render(page, undefined, language).replaceAll(/ hidden(?:="")?(?=[ />])/g, ''),
    ]),
  );
}
