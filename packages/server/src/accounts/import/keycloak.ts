import {
  type ImportRecordContent,
  isObject,
  objectOf,
  present,
  type ReadRecords,
  tooLong,
} from './import-record.js';
import { elementsOf } from './json-elements.js';

/** Reads the users of a realm that Keycloak exported, whose passwords are PBKDF2 or argon2. */
export const readKeycloak: ReadRecords = async function* readRealm(text) {
  for await (const { line, json } of elementsOf(text, 'users')) {
    const user = json === undefined ? undefined : objectOf(json);
    if (json === undefined) yield { line, ...tooLong };
    else if (user === undefined) yield { line, ...refused(null, 'must be a JSON object') };
    else yield { line, ...recordOf(user) };
  }
};

function recordOf(user: Readonly<Record<string, unknown>>): ImportRecordContent {
  if (typeof user.serviceAccountClientId === 'string') {
    return refused('serviceAccountClientId', 'is the account of an app. Register the app instead');
  }
  const hash = hashIn(user.credentials);
  if (hash === 'unknown') {
    return refused('credentials', 'must have a password by pbkdf2, pbkdf2-sha256, pbkdf2-sha512 or argon2');
  }
  const { locale } = isObject(user.attributes) ? user.attributes : {};
  return {
    fields: present({
      username: user.username,
      email: user.email,
      email_verified: user.emailVerified,
      password_hash: hash,
      given_name: user.firstName,
      family_name: user.lastName,
      disabled: user.enabled === false ? true : undefined,
      claims: Array.isArray(locale) && typeof locale[0] === 'string' ? { locale: locale[0] } : undefined,
    }),
  };
}

const refused = (field: string | null, reason: string) => ({ refusal: { field, reason } });

/** The password of a user as a PHC string. Other credentials, such as one-time passwords, are not read. */
function hashIn(credentials: unknown): string | undefined {
  if (!Array.isArray(credentials)) return undefined;
  const password: unknown = credentials.find((each) => isObject(each) && each.type === 'password');
  if (!isObject(password)) return undefined;
  const data = objectOf(textOf(password.credentialData));
  const secret = objectOf(textOf(password.secretData));
  if (data === undefined || secret === undefined) return 'unknown';
  const parameters = isObject(data.additionalParameters) ? data.additionalParameters : {};
  const parts = `${withoutPadding(secret.salt)}$${withoutPadding(secret.value)}`;
  const iterations = textOf(data.hashIterations);
  const digest = /^pbkdf2(?:-(sha\d+))?$/.exec(textOf(data.algorithm));
  if (digest !== null) return `$pbkdf2-${digest[1] ?? 'sha1'}$i=${iterations}$${parts}`;
  if (data.algorithm !== 'argon2') return 'unknown';
  const costs = `m=${firstOf(parameters.memory)},t=${iterations},p=${firstOf(parameters.parallelism)}`;
  return `$argon2${firstOf(parameters.type)}$v=19$${costs}$${parts}`;
}

const textOf = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** Keycloak writes each parameter as a list of one. */
const firstOf = (value: unknown) => textOf(Array.isArray(value) ? value[0] : value);

const withoutPadding = (value: unknown) => textOf(value).replace(/=+$/, '');
