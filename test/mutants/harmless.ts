/** A change that no test can notice, since it changes nothing that matters, and why. */
export interface Harmless {
  readonly file: string;
  /** The line of source, trimmed. */
  readonly context: string;
  readonly before: string;
  readonly after: string;
  readonly reason: string;
}

/** Reviewed survivors. An entry has no effect after its line of source has changed. */
export const harmless: readonly Harmless[] = [
  {
    file: 'packages/server/src/authorization/claims.check.ts',
    context: '...(essential === undefined ? {} : { essential }),',
    before: 'essential === undefined',
    after: 'false',
    reason: 'A member that is undefined is read and written like one that is missing.',
  },
  {
    file: 'packages/server/src/throttling/window-table.ts',
    context: 'if (windows.size >= maxEntries) makeRoom();',
    before: 'windows.size >= maxEntries',
    after: 'true',
    reason: 'makeRoom deletes expired windows, which do not count, and others only if the table is full.',
  },
  {
    file: 'packages/server/src/scim/matches.ts',
    context: ': values.flatMap((value) => (isObject(value) ? listOf(value[part.name]) : []));',
    before: 'isObject(value)',
    after: 'true',
    reason: 'The values of an attribute with parts are objects: the resource was built from the schema.',
  },
];
