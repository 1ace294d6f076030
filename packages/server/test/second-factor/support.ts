const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The key on the page, as a user types it into an authenticator app. */
export function keyOn(html: string): Buffer {
  const text = /id="totp-key"[^>]*>([A-Z2-7 ]+)</.exec(html)?.[1]?.replaceAll(' ', '') ?? '';
  const bits = Array.from(text)
    .map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
