/** Thrown by a change that sends a mail, if too many mails wait. Nothing is written then. */
export class MailsFull extends Error {
  override readonly name = 'MailsFull';
}
