import { raw } from 'hono/html';
import { jsx } from 'hono/jsx';
import type { JSX } from 'hono/jsx/jsx-runtime';
import { BasePath } from './own-address.js';

/**
 * A page that is the same for everybody, made once: sending it costs no more than its bytes.
 *
 * @param base path of the issuer, below which all addresses of ours are
 */
export function prerender(element: JSX.Element, base: string): JSX.Element {
  return raw(jsx(BasePath.Provider, { value: base }, element).toString());
}
