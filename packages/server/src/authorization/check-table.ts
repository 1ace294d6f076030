import type { RefuseSelfRegistered } from '../clients/client-types.js';
import type { ProtocolPolicy } from '../clients/protocol-policy.js';
import type { Resources } from '../clients/resources.js';
import type { Catalogue } from '../scopes/catalogue.js';

/**
 * The kinds of request that ask for an authorization: at the authorization endpoint, pushed (PAR, RFC 9126), from a device
 * (RFC 8628), and for authentication on another device (CIBA Core 1.0).
 */
export type RequestKind = 'authorize' | 'par' | 'device' | 'ciba';

/** What is known of the requests of each kind at one row of a table. */
type Known = Readonly<Record<RequestKind, object>>;

/** What checks need besides the request. */
export interface CheckContext {
  readonly resources: Resources;
  readonly catalogue: Catalogue;
  readonly policy: ProtocolPolicy;
  readonly refuseSelfRegistered: RefuseSelfRegistered;
  readonly readIdTokenHint: ReadIdTokenHint;
}

/** Reads an ID token of this server, also an expired one; undefined for anything else. */
export type ReadIdTokenHint = (
  token: string,
) => Promise<{ readonly sub: string; readonly clientId: string } | undefined>;

/**
 * One check of a request.
 *
 * @returns what the check has read, which is then known of the request
 * @throws OAuthError which the client is told
 */
type Check<Request, Read> = (request: Request, context: CheckContext) => Read | Promise<Read>;

/** A check, and the kinds of request that take it. */
export interface CheckRow {
  readonly check: Check<never, object>;
  readonly kinds: readonly RequestKind[];
}

/**
 * The checks of authorization requests, in their order. The types hold the order: a check compiles only after the checks
 * that read what it needs, for each kind of request that takes it.
 */
export interface CheckTable<Unchecked extends Known, Checked extends Known> {
  readonly rows: readonly CheckRow[];
  /** Adds a check to these kinds of request. */
  check<Kind extends RequestKind, Read extends object>(
    check: Check<Checked[Kind], Read>,
    ...kinds: readonly Kind[]
  ): CheckTable<
    Unchecked,
    { [Each in RequestKind]: Each extends Kind ? Checked[Each] & Read : Checked[Each] }
  >;
  /**
   * Runs the checks of one kind of request.
   *
   * @throws OAuthError of the first check that refuses the request
   */
  run<Kind extends RequestKind>(
    kind: Kind,
    request: Unchecked[Kind],
    context: CheckContext,
  ): Promise<Checked[Kind]>;
}

/** A table without checks. */
export function createCheckTable<Unchecked extends Known>(): CheckTable<Unchecked, Unchecked> {
  return tableOf([]);
}

function tableOf<Unchecked extends Known, Checked extends Known>(
  rows: readonly CheckRow[],
): CheckTable<Unchecked, Checked> {
  return {
    rows,
    check: (check, ...kinds) => tableOf([...rows, { check, kinds }]),
    async run(kind, request, context) {
      const known: object = { ...request };
      for (const { check, kinds } of rows) {
        // The type of `check` above has compared what is known here with what the check needs.
        if (kinds.includes(kind)) Object.assign(known, await check(known as never, context));
      }
      return known;
    },
  };
}
