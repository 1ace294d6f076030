import type { Child } from 'hono/jsx';
import { useOwnAddress } from './own-address.js';

interface LinkProps {
  /** A result of `safeHref`: a path of this server, or an http(s) URL. */
  readonly href: string;
  readonly class: string;
  readonly id?: string;
  readonly children: Child;
}

/** A link. Paths of this server get the path of the issuer. */
export function Link({ href, children, ...attributes }: LinkProps) {
  return (
    <a href={useOwnAddress(href)} {...attributes}>
      {children}
    </a>
  );
}
