interface Words {
  readonly title: string;
  readonly description?: string;
}

/** The same in each language. */
type Texts = Readonly<Record<'en' | 'de' | 'fr' | 'es', Words>>;

const texts = (en: string, de: string, fr: string, es: string): Texts => ({
  en: { title: en },
  de: { title: de },
  fr: { title: fr },
  es: { title: es },
});

const groups: Readonly<Record<string, Texts>> = {
  accounts: texts('Contacts', 'Kontakte', 'Contacts', 'Contactos'),
  profiles: texts('Your account', 'Ihr Konto', 'Votre compte', 'Su cuenta'),
  files: texts('Files', 'Dateien', 'Fichiers', 'Archivos'),
  rooms: texts('Rooms', 'Räume', 'Salles', 'Salas'),
};

/** Each scope with its group, its type and its texts for users. */
const scopes: readonly (readonly [name: string, group: string, type: 'read' | 'write', texts: Texts])[] = [
  [
    'accounts:read',
    'accounts',
    'read',
    texts('See your contacts', 'Ihre Kontakte sehen', 'Voir vos contacts', 'Ver sus contactos'),
  ],
  [
    'accounts:write',
    'accounts',
    'write',
    texts(
      'See, change and delete your contacts',
      'Ihre Kontakte sehen, ändern und löschen',
      'Voir, modifier et supprimer vos contacts',
      'Ver, modificar y eliminar sus contactos',
    ),
  ],
  [
    'accounts.self:read',
    'profiles',
    'read',
    texts('See your account', 'Ihr Konto sehen', 'Voir votre compte', 'Ver su cuenta'),
  ],
  [
    'accounts.self:write',
    'profiles',
    'write',
    texts(
      'See and change your account',
      'Ihr Konto sehen und ändern',
      'Voir et modifier votre compte',
      'Ver y modificar su cuenta',
    ),
  ],
  [
    'files:read',
    'files',
    'read',
    texts(
      'See your files and folders',
      'Ihre Dateien und Ordner sehen',
      'Voir vos fichiers et dossiers',
      'Ver sus archivos y carpetas',
    ),
  ],
  [
    'files:write',
    'files',
    'write',
    texts(
      'See, change and delete your files and folders',
      'Ihre Dateien und Ordner sehen, ändern und löschen',
      'Voir, modifier et supprimer vos fichiers et dossiers',
      'Ver, modificar y eliminar sus archivos y carpetas',
    ),
  ],
  [
    'rooms:read',
    'rooms',
    'read',
    texts('See your rooms', 'Ihre Räume sehen', 'Voir vos salles', 'Ver sus salas'),
  ],
  [
    'rooms:write',
    'rooms',
    'write',
    texts(
      'See, change and delete your rooms',
      'Ihre Räume sehen, ändern und löschen',
      'Voir, modifier et supprimer vos salles',
      'Ver, modificar y eliminar sus salas',
    ),
  ],
];

const quoted = (value: string) => `'${value.replaceAll("'", "''")}'`;

/** The first catalogue of a deployment. The operator can change it. */
export const defaultScopeRows: readonly string[] = [
  ...Object.entries(groups).map(
    ([name, words]) =>
      `INSERT INTO scope_groups (name, write_implies_read, texts) VALUES (${quoted(name)}, 1, ${quoted(JSON.stringify(words))})`,
  ),
  ...scopes.map(
    ([name, group, type, words]) =>
      `INSERT INTO scopes (name, group_name, type, texts, resource, needs_approval)
        VALUES (${[name, group, type, JSON.stringify(words)].map(quoted).join(', ')}, NULL, 0)`,
  ),
];
