import type { DeploymentStore, LocalTexts, ScopeRecord, ScopeStore } from '../../storage/ports/index.js';

const texts = (en: string, de: string, fr: string, es: string): LocalTexts => ({
  en: { title: en },
  de: { title: de },
  fr: { title: fr },
  es: { title: es },
});

const groups: Readonly<Record<string, LocalTexts>> = {
  accounts: texts('Contacts', 'Kontakte', 'Contacts', 'Contactos'),
  profiles: texts('Your account', 'Ihr Konto', 'Votre compte', 'Su cuenta'),
  rooms: texts('Rooms', 'Räume', 'Salles', 'Salas'),
};

const scope = (name: string, group: string, words: LocalTexts): ScopeRecord => ({
  name,
  group,
  type: name.endsWith(':read') ? 'read' : 'write',
  texts: words,
  resource: null,
  needsApproval: false,
  isOptional: false,
  consentSeconds: 0,
});

const scopes: readonly ScopeRecord[] = [
  scope(
    'accounts:read',
    'accounts',
    texts('See your contacts', 'Ihre Kontakte sehen', 'Voir vos contacts', 'Ver sus contactos'),
  ),
  scope(
    'accounts:write',
    'accounts',
    texts(
      'See, change and delete your contacts',
      'Ihre Kontakte sehen, ändern und löschen',
      'Voir, modifier et supprimer vos contacts',
      'Ver, modificar y eliminar sus contactos',
    ),
  ),
  scope(
    'accounts.self:read',
    'profiles',
    texts('See your account', 'Ihr Konto sehen', 'Voir votre compte', 'Ver su cuenta'),
  ),
  scope(
    'accounts.self:write',
    'profiles',
    texts(
      'See and change your account',
      'Ihr Konto sehen und ändern',
      'Voir et modifier votre compte',
      'Ver y modificar su cuenta',
    ),
  ),
  scope(
    'rooms:read',
    'rooms',
    texts('See your rooms', 'Ihre Räume sehen', 'Voir vos salles', 'Ver sus salas'),
  ),
  scope(
    'rooms:write',
    'rooms',
    texts(
      'See, change and delete your rooms',
      'Ihre Räume sehen, ändern und löschen',
      'Voir, modifier et supprimer vos salles',
      'Ver, modificar y eliminar sus salas',
    ),
  ),
];

/** The value of the deployment that says that these scopes were added. Migration 24 has the same name. */
const MARKER = 'docspace-scopes';

/** Adds the scopes of DocSpace, once for each database: scopes that the operator deletes stay deleted. */
export async function addScopes(
  store: Pick<ScopeStore, 'putGroup' | 'create'>,
  deployment: DeploymentStore,
): Promise<void> {
  if ((await deployment.find(MARKER)) !== undefined) return;
  for (const [name, words] of Object.entries(groups)) {
    await store.putGroup(name, (existing) => existing ?? { name, writeImpliesRead: true, texts: words });
  }
  for (const one of scopes) await store.create(one);
  await deployment.keep(MARKER, 'added');
}
