/** What a signing secret must be worth, in bits as they are estimated here. */
const LEAST_BITS = 96;

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
  const messages = Array.from(secret);
  const steps = messages.slice(1).map((message, index) => (message.codePointAt(0) ?? 0) - (messages[index]?.codePointAt(0) ?? 0));
  return Math.min(bitsPerPart(messages), bitsPerPart(steps)) * period(secret) < LEAST_BITS;
}
