import type { JSX } from 'hono/jsx/jsx-runtime';
import type { Session } from '../../accounts/sign-in.js';
import type { AccountGroup, FormTarget, IconName } from '../../pages/index.js';
import type { TextKey } from '../../texts/catalogues.js';
import type { Message } from '../../texts/texts.js';
import type { EndpointRequest, EndpointResponse, SessionChange } from '../endpoint.js';

/** A request of a signed-in user about their own account. */
export interface AccountRequest {
  readonly incoming: EndpointRequest;
  readonly session: Session;
  /** The parameters of the address. */
  readonly query: URLSearchParams;
  /** The target of a form that sends an action of this section. */
  readonly formFor: (action: string, hidden?: Readonly<Record<string, string>>) => FormTarget;
}

/** The content of a section. */
export interface AccountView {
  /** Below the title of the section. */
  readonly body: JSX.Element;
  /** The title of a further page; that of the section unless set. */
  readonly title?: TextKey;
  /** Why the form was refused. */
  readonly error?: Message | undefined;
  /** 200 unless set. */
  readonly status?: number;
  /** A script that the content has, besides that of all forms, as a source expression of CSP. */
  readonly script?: string;
  /** The cookies of a session that the action has renewed. */
  readonly session?: SessionChange;
}

/** What follows an action: the section with a notice (a name in its `notices`), a content, or another response. */
export type AccountOutcome =
  | { readonly done: string; readonly session?: SessionChange }
  | AccountView
  | EndpointResponse;

export interface AccountAction {
  /** Whether the user must have authenticated recently. */
  readonly isSensitive: boolean;
  run(request: AccountRequest, form: URLSearchParams): Promise<AccountOutcome>;
}

/** A further page of a section, such as a form. */
export interface AccountSubpage {
  /** Whether the user must have authenticated recently, so that the form is not lost when it is sent. */
  readonly isSensitive: boolean;
  show(request: AccountRequest): Promise<AccountView>;
}

/** A section of the account page: `/account/<name>`. */
export interface AccountSection {
  /** Its path below `/account`: lower case letters and hyphens. */
  readonly name: string;
  readonly group: AccountGroup;
  readonly icon: IconName;
  readonly title: TextKey;
  /** One sentence about what the user can do there. */
  readonly description: TextKey;
  /** Whether the user must have authenticated recently to see it. */
  readonly isSensitive?: boolean;
  show(request: AccountRequest): Promise<AccountView>;
  /** Further pages by name: `GET /account/<section>/<name>`. */
  readonly pages?: Readonly<Record<string, AccountSubpage>>;
  /** By name: `POST /account/<section>/<name>`. */
  readonly actions?: Readonly<Record<string, AccountAction>>;
  /** What an action has done, by the name that it returns. */
  readonly notices?: Readonly<Record<string, TextKey>>;
  /**
   * What is stored about the user and belongs to this section, for the download of all data. Never has a secret or the
   * hash of one.
   */
  readonly data?: (accountId: string) => Promise<Readonly<Record<string, unknown>>>;
}
