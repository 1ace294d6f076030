/** Thrown by a change that spends a link in a mail, if the link is unknown, spent or expired. Nothing is written then. */
export class LinkUnusable extends Error {
  override readonly name = 'LinkUnusable';
}
