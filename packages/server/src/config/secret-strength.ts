/** What `openssl rand -base64 32` prints is estimated at 176 bits on average, and at 83 in the worst of a million. */
const LEAST_BITS = 80;

/** A word with the separator before it: four or more letters of one case, the first in either case. */
const WORD = /[^A-Za-z0-9]{0,2}(?:[A-Z]?[a-z]{3,}|[A-Z]{4,})/g;

/** The share of a secret that may be words. Random base64 has a few words by chance. */
const MOST_IN_WORDS = 0.9;

/** The bits of a character in a word: written language has 1 to 1.5 bits (Shannon 1951). */
const BITS_IN_WORD = 1.5;

const ADVICE = 'Generate a random one: openssl rand -base64 32';

/**
 * Why a secret is too easy to guess for `GRANTOR_SECRET`; undefined if it is not. The estimate is made for random strings
 * of `openssl rand`, and is low for sentences, passphrases and repetitions.
 */
export function secretProblem(secret: string): string | undefined {
  if (positionsInWords(secret).size > MOST_IN_WORDS * secret.length)
    return `can be guessed: it is made of words. ${ADVICE}`;
  const bits = Math.floor(estimatedBits(secret));
  if (bits >= LEAST_BITS) return undefined;
  return `can be guessed: it has an estimated ${bits} bits and must have ${LEAST_BITS}. ${ADVICE}`;
}

/**
 * Estimates the entropy of a secret in bits. Each character counts as much as the variety of all characters (Shannon's
 * entropy of their frequencies), less inside a word, one bit if it follows from the previous one (aa, ab, ba), and
 * nothing if three characters are repeated.
 */
export function estimatedBits(secret: string): number {
  const variety = entropyOfCharacters(secret);
  const inWords = positionsInWords(secret);
  const seen = new Set<string>();
  let bits = 0;
  for (let index = 0; index < secret.length; index += 1) {
    const three = secret.slice(index - 2, index + 1).toLowerCase();
    const step = secret.charCodeAt(index) - secret.charCodeAt(index - 1);
    if (index > 1 && seen.has(three)) continue;
    if (index > 1) seen.add(three);
    if (Math.abs(step) <= 1) bits += 1;
    else bits += inWords.has(index) ? BITS_IN_WORD : variety;
  }
  return bits;
}

function positionsInWords(text: string): ReadonlySet<number> {
  return new Set(
    [...text.matchAll(WORD)].flatMap(({ 0: word, index }) =>
      Array.from({ length: word.length }, (_, offset) => index + offset),
    ),
  );
}

function entropyOfCharacters(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
