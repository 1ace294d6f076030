import type { SignInLink } from '../pages/index.js';
import { addressWith } from './paths.js';

/** A page of this server that the sign-in page links to. It gets the ticket of the request, if there is one. */
export interface SignInDoor extends Omit<SignInLink, 'href'> {
  readonly path: string;
}

/** The links of the sign-in page, from the features that are on. */
export interface SignInWays {
  /** Other ways to sign in. */
  readonly ways: readonly SignInDoor[];
  /** Other pages, such as "Create an account". */
  readonly links: readonly SignInDoor[];
}

/** @param ticket sealed; undefined without an authorization request */
export function linkTo({ id, label, path }: SignInDoor, ticket: string | undefined): SignInLink {
  return { id, label, href: addressWith(path, ticket) };
}
