import type { Child } from 'hono/jsx';
import { usePageContext } from './page-context.js';

/**
 * An address for the browser. Endpoints and pages use paths below the issuer; only this function adds the path of the
 * issuer.
 *
 * @param base path of the issuer: empty, or `/auth`
 * @param address a path below the issuer (`/signin`), or an absolute URL, which is returned unchanged
 */
export function ownAddress(base: string, address: string): string {
  return address.startsWith('/') ? base + address : address;
}

/** {@link ownAddress} for a component of a page. */
export function useOwnAddress(address: string): string {
  return ownAddress(usePageContext().base, address);
}

interface LinkProps {
  /** A result of `safeHref`: a path of this server, or an http(s) URL. */
  readonly href: string;
  readonly class: string;
  readonly id?: string;
  /** Whether the link leads to the page that has it. */
  readonly isCurrent?: boolean;
  readonly children: Child;
}

/** A link. Paths of this server get the path of the issuer. */
export function Link({ href, isCurrent = false, children, ...attributes }: LinkProps) {
  return (
    <a href={useOwnAddress(href)} aria-current={isCurrent ? 'page' : undefined} {...attributes}>
      {children}
    </a>
  );
}
