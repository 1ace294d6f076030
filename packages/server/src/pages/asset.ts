import { createHash } from 'node:crypto';

type AssetBody = string | Uint8Array<ArrayBuffer>;

/** A file that pages load. Its path changes with its content, so that browsers may cache it without limit. */
export interface Asset<Body extends AssetBody = AssetBody> {
  readonly path: string;
  /** The value of `Content-Type`. */
  readonly type: string;
  readonly body: Body;
  /** The entity tag with its quotes (RFC 9110 §8.8.3). */
  readonly etag: string;
}

/** @param pathOf returns the path for the hash of the content */
export function createAsset<Body extends AssetBody>(
  body: Body,
  type: string,
  pathOf: (hash: string) => string,
): Asset<Body> {
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 10);
  return { path: pathOf(hash), type, body, etag: `"${hash}"` };
}

/** The source expression with which a Content-Security-Policy allows this inline script. */
export function scriptSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
