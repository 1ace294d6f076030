import { present } from './import-record.js';
import { jsonLinesOf } from './json-lines.js';

/**
 * Reads the exports of Auth0: the users, and the password hashes that their support sends. Both have one JSON object a
 * line. The hashes come in a file of their own, so that it is imported second, as an update of the users.
 */
export const readAuth0 = jsonLinesOf((user) => {
  const claims = present({
    nickname: user.nickname,
    locale: user.locale,
    phone_number: user.phone_number,
    phone_number_verified: user.phone_verified,
  });
  return {
    fields: present({
      username: user.username,
      email: user.email,
      email_verified: user.email_verified,
      password_hash: user.passwordHash,
      // Auth0 sets the email address as the name of users who have none.
      name: user.name === user.email ? undefined : user.name,
      given_name: user.given_name,
      family_name: user.family_name,
      disabled: user.blocked,
      claims: Object.keys(claims).length > 0 ? claims : undefined,
    }),
  };
});
