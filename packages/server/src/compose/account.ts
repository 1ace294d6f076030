import { activitySection } from '../endpoints/account/activity.section.js';
import { appsSection } from '../endpoints/account/apps.section.js';
import { dataSection } from '../endpoints/account/data.section.js';
import { deleteSection } from '../endpoints/account/delete.section.js';
import { emailSection } from '../endpoints/account/email.section.js';
import { passkeysSection } from '../endpoints/account/passkeys.section.js';
import { passwordSection } from '../endpoints/account/password.section.js';
import { profileSection } from '../endpoints/account/profile.section.js';
import { providersSection } from '../endpoints/account/providers.section.js';
import { secondFactorSection } from '../endpoints/account/second-factor.section.js';
import type { AccountSection } from '../endpoints/account/section.js';
import { sessionsSection } from '../endpoints/account/sessions.section.js';
import { tokensSection } from '../endpoints/account/tokens.section.js';
import type { OpenSessionDependencies } from '../endpoints/complete-sign-in.js';
import type { ServerDependencies } from './dependencies.js';
import type { Services } from './services.js';

/** The sections of the account page, in the order of the navigation. A feature adds its line to `sections`. */
export function accountSections(
  dependencies: ServerDependencies,
  services: Services,
  forSignIn: OpenSessionDependencies,
): readonly AccountSection[] {
  const { config, store, limits, clock, texts } = dependencies;
  const { createEvent, accountManagement, apiKeyManagement, resources, scopes } = services;
  const { audit, clients } = store;
  const sections = [
    profileSection({
      accounts: store.accounts,
      groups: store.groups,
      management: accountManagement,
      createEvent,
    }),
    ...(services.mail.mailer.isConfigured ? [emailSection(services.ownLogin)] : []),
    passwordSection({
      ownLogin: services.ownLogin,
      signIns: services.signIns,
      sessionSeconds: config.sessionSeconds,
      sessionStates: services.sessionStates,
      passwordMinLength: config.passwordMinLength,
    }),
    ...factorSections(dependencies, services, forSignIn),
    sessionsSection(services.userSessions),
    ...(services.providers.size === 0
      ? []
      : [providersSection({ ...services, identities: services.linkedIdentities })]),
    activitySection({ audit, clients }),
    appsSection({
      consents: store.consents,
      scopes,
      logos: services.logoCopies,
      audienceOf: (client) => resources.audienceOf(client),
      consentSecondsOf: services.consentSecondsOf,
      texts,
      createEvent,
      clock,
    }),
    tokensSection({
      apiKeys: store.apiKeys,
      management: apiKeyManagement,
      grants: store.grants,
      developers: config.developers,
      createEvent,
      clock,
    }),
  ];
  return [
    ...sections,
    dataSection({ sections, audit, limits, clock }),
    ...(config.selfDeletion === 'on' ? [deleteSection({ management: accountManagement, createEvent })] : []),
  ];
}

/** The sections of ways to sign in that users set up themselves. */
function factorSections(
  { store, clock }: ServerDependencies,
  services: Services,
  forSignIn: OpenSessionDependencies,
): readonly AccountSection[] {
  const { passkeys, factorPolicy } = services;
  const passkeysOfUser =
    passkeys === undefined
      ? []
      : [passkeysSection({ ...services, ...forSignIn, passkeys, store: store.passkeys })];
  if (!factorPolicy.allowsTotp) return passkeysOfUser;
  const secondFactor = secondFactorSection({
    ...services,
    ...forSignIn,
    factors: store.secondFactors,
    devices: store.rememberedDevices,
    clock,
  });
  return [...passkeysOfUser, secondFactor];
}
