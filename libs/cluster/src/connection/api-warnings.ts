import { Logger } from '@nestjs/common';

/** Different texts that are remembered: far more than the API server has. */
const MOST_TEXTS = 1_000;

/** Logs what the API server warns of (`Warning` headers, such as that an API is deprecated), each text once in the life of the process. */
export class ApiWarnings {
  readonly #log = new Logger('cluster');
  readonly #logged = new Set<string>();

  /** @param header as it was received: `299 - "text"`, several separated by commas; undefined where there is none */
  observe(header: string | undefined): void {
    for (const text of warningsIn(header ?? '')) {
      if (this.#logged.has(text) || this.#logged.size >= MOST_TEXTS) continue;
      this.#logged.add(text);
      this.#log.warn(`the API server warns: ${text}`);
    }
  }
}

/** The texts of a `Warning` header (RFC 9111, 5.5). */
export function warningsIn(header: string): string[] {
  return [...header.matchAll(/\b\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text.replace(/\\(.)/g, '$1'));
}
