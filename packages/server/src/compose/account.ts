import { profileSection } from '../endpoints/account/profile.section.js';
import type { AccountSection } from '../endpoints/account/section.js';
import { sessionsSection } from '../endpoints/account/sessions.section.js';
import type { ServerDependencies } from './dependencies.js';
import type { Services } from './services.js';

/** The sections of the account page, in the order of the navigation. A feature adds its line here. */
export function accountSections(
  { store }: ServerDependencies,
  services: Services,
): readonly AccountSection[] {
  return [
    profileSection({
      accounts: store.accounts,
      management: services.accountManagement,
      createEvent: services.createEvent,
    }),
    sessionsSection(services.userSessions),
  ];
}
