/**
 * The normal form of what people sign in with: so that capitals, composed letters and stray spaces
 * name the same account, and no two accounts look alike (UTS #36; PRECIS would be RFC 8265 §3.3).
 */
export function normalizeUsername(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}
