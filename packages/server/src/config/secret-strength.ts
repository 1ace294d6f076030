/** What `openssl rand -base64 32` prints is estimated at 176 bits on average, and at 83 in the worst of a million. */
const LEAST_BITS = 80;

/** Letters as words have them, with the separator before: four or more of one case, the first in either. */
const WORD = /[^A-Za-z0-9]{0,2}(?:[A-Z]?[a-z]{3,}|[A-Z]{4,})/g;

/** How much of a secret may be words. Random base64 has words in it by chance, but is not made of them. */
const MOST_IN_WORDS = 0.9;

/** What a character of a word tells: written language has one to one and a half bits (Shannon 1951). */
const BITS_IN_WORD = 1.5;

const ADVICE = 'Make a random one: openssl rand -base64 32';

/**
 * What makes a secret too easy to guess for `GRANTOR_SECRET`; undefined where nothing does. The estimate is made for what
 * `openssl rand` prints, and is low for what people make up: a sentence, a passphrase of words, a repetition.
 */
export function secretProblem(secret: string): string | undefined {
  if (positionsInWords(secret).size > MOST_IN_WORDS * secret.length)
    return `can be guessed: it is made of words. ${ADVICE}`;
  const bits = Math.floor(estimatedBits(secret));
  if (bits >= LEAST_BITS) return undefined;
  return `can be guessed: its estimate is ${bits} bits, and it must have ${LEAST_BITS}. ${ADVICE}`;
}

/**
 * Estimates how much there is to guess, in bits. Each character counts as much as the variety of all of them
 * (Shannon's entropy of their frequencies), less where it is part of a word, one bit where it follows from the one before
 * (aa, ab, ba), and nothing where three characters come again.
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
