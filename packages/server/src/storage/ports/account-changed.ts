/** Thrown by a sign-in whose account was disabled or deleted, or got another password, since the user proved the factors. */
export class AccountChanged extends Error {
  override readonly name = 'AccountChanged';
}
