import type { LocalTexts } from '../storage/ports/index.js';
import type { CatalogueScope } from './catalogue-scope.js';
import { managementScopeNames, managementScopes } from './management-scopes.js';

const openidScope = (name: string, texts: LocalTexts): CatalogueScope => ({
  name,
  group: 'openid',
  type: 'openid',
  texts,
  resource: null,
  needsApproval: false,
  isBuiltIn: true,
});

/** The scopes of OpenID Connect (Core 1.0 §5.4, §11), in the order of the metadata. */
export const openidScopes: readonly CatalogueScope[] = [
  openidScope('openid', {
    en: { title: 'Know who you are', description: 'An identifier that stays the same each time you connect' },
    de: {
      title: 'Wissen, wer Sie sind',
      description: 'Eine Kennung, die bei jeder Verbindung gleich bleibt',
    },
    fr: { title: 'Savoir qui vous êtes', description: 'Un identifiant qui reste le même à chaque connexion' },
    es: {
      title: 'Saber quién es usted',
      description: 'Un identificador que no cambia de una conexión a otra',
    },
  }),
  openidScope('profile', {
    en: {
      title: 'See your profile',
      description: 'Your name, username, picture, birthday and other profile details',
    },
    de: {
      title: 'Ihr Profil sehen',
      description: 'Name, Benutzername, Bild, Geburtstag und was Ihr Profil sonst sagt',
    },
    fr: {
      title: 'Voir votre profil',
      description: 'Nom, nom d’utilisateur, photo, anniversaire et le reste de votre profil',
    },
    es: {
      title: 'Ver su perfil',
      description: 'Nombre, nombre de usuario, foto, cumpleaños y lo demás que diga su perfil',
    },
  }),
  openidScope('email', {
    en: { title: 'See your email address' },
    de: { title: 'Ihre E-Mail-Adresse sehen' },
    fr: { title: 'Voir votre adresse e-mail' },
    es: { title: 'Ver su correo electrónico' },
  }),
  openidScope('address', {
    en: { title: 'See your postal address' },
    de: { title: 'Ihre Postanschrift sehen' },
    fr: { title: 'Voir votre adresse postale' },
    es: { title: 'Ver su dirección postal' },
  }),
  openidScope('phone', {
    en: { title: 'See your phone number' },
    de: { title: 'Ihre Telefonnummer sehen' },
    fr: { title: 'Voir votre numéro de téléphone' },
    es: { title: 'Ver su número de teléfono' },
  }),
  openidScope('offline_access', {
    en: { title: 'Stay connected', description: 'Keep access while you are not using the app' },
    de: { title: 'Verbunden bleiben', description: 'Auch Zugriff haben, während Sie die App nicht benutzen' },
    fr: { title: 'Rester connectée', description: 'Garder l’accès quand vous n’utilisez pas l’application' },
    es: { title: 'Seguir conectada', description: 'Mantener el acceso cuando no usa la aplicación' },
  }),
];

/** The scopes of the management API. An app gets them only from an administrator. */
export const scopesOfManagement: readonly CatalogueScope[] = managementScopeNames.map((name) => ({
  name,
  group: name.slice(0, name.indexOf(':')),
  type: name.endsWith(':read') ? 'read' : 'write',
  texts: { en: { title: managementScopes[name] } },
  resource: null,
  needsApproval: true,
  isBuiltIn: true,
}));

/**
 * The scopes about the user (OpenID Connect Core 1.0 §5.4, §11). They apply to the issuer's userinfo endpoint and to
 * ID tokens, whatever resource a request names. Consent to them is stored once, without a resource. A request without
 * `scope` never gets them, and neither does a client for itself.
 */
export const identityScopes: ReadonlySet<string> = new Set(openidScopes.map(({ name }) => name));
