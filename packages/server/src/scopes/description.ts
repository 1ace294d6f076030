/** What people read about one item of a consent: a scope, a claim or a resource. */
export interface ItemDescription {
  readonly name: string;
  /** What the app will be able to do, in the person's words, after "It asks to". */
  readonly title: string;
  readonly description: string | null;
}
