/**
 * Bits, as estimated here, that a signing secret must have. The estimate of 128 random bits as 32 hexadecimal digits fell below 96
 * 119 times in a million, and never below 85.
 */
const LEAST_BITS = 80;

/** Bits per part of a sequence, by how often each value comes in it (Shannon). */
function bitsPerPart(parts: readonly (string | number)[]): number {
  return [...Map.groupBy(parts, (part) => part).values()]
    .map((same) => same.length / parts.length)
    .reduce((bits, share) => bits - share * Math.log2(share), 0);
}

/** The shortest beginning of `text` whose repetition is `text`; the last one may be cut short. */
function period(text: string): number {
  for (let length = 1; length < text.length; length += 1) {
    if (text.slice(length) === text.slice(0, -length)) return length;
  }
  return text.length;
}

/**
 * Whether a secret is so regular that it may be guessed: one letter or a short piece repeated, or letters in their order. It is an upper
 * bound only: a sentence of a book passes.
 */
export function isGuessable(secret: string): boolean {
  const characters = Array.from(secret);
  const steps = characters.slice(1).map((character, index) => (character.codePointAt(0) ?? 0) - (characters[index]?.codePointAt(0) ?? 0));
  return Math.min(bitsPerPart(characters), bitsPerPart(steps)) * period(secret) < LEAST_BITS;
}
