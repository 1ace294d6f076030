/**
 * The normal form of logins. Case, composed letters and surrounding spaces do not matter, and no two accounts look
 * alike (UTS #36; PRECIS would be RFC 8265 §3.3).
 */
export function normalizeUsername(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}
