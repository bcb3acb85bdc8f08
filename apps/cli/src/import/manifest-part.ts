import type { LeftOut } from './imported-job.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * An object of a manifest that remembers which of its fields were read, so that none is left out in silence: `close` reports those that
 * nobody took.
 */
export class ManifestPart {
  readonly #taken = new Set<string>();
  readonly #fields: Fields;

  /** @param pointer JSON pointer of this object in its document */
  constructor(
    value: unknown,
    readonly pointer: string,
    readonly leftOut: LeftOut[],
  ) {
    this.#fields = typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
  }

  has(field: string): boolean {
    return this.#fields[field] !== undefined && this.#fields[field] !== null;
  }

  /** Takes a field as it is. */
  take(field: string): unknown {
    this.#taken.add(field);
    return this.#fields[field] ?? undefined;
  }

  /** Takes text, or a number or a boolean as the text that it would be. */
  text(field: string): string | undefined {
    const value = this.take(field);
    return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
  }

  /** Takes a whole number, also one in quotes. */
  number(field: string): number | undefined {
    const text = this.text(field);
    return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
  }

  words(field: string): string[] | undefined {
    const value = this.take(field);
    return Array.isArray(value) ? value.map(String) : undefined;
  }

  /** Takes an object. It is empty if the field is missing. */
  part(field: string): ManifestPart {
    return new ManifestPart(this.take(field), `${this.pointer}/${field}`, this.leftOut);
  }

  /** Takes a list of objects. */
  parts(field: string): ManifestPart[] {
    const value = this.take(field);
    const items: unknown[] = Array.isArray(value) ? value : [];
    return items.map((item, index) => new ManifestPart(item, `${this.pointer}/${field}/${index}`, this.leftOut));
  }

  /** Takes an object of texts, such as labels. */
  texts(field: string): Record<string, string> {
    const value = this.take(field);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
    return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)]));
  }

  /** Takes fields that mean nothing for a job file. */
  ignore(...fields: readonly string[]): void {
    for (const field of fields) this.#taken.add(field);
  }

  /** Reports `field`, or the object itself, as left out. */
  leave(field: string | undefined, detail: string): void {
    if (field !== undefined) this.#taken.add(field);
    this.leftOut.push({ where: field === undefined ? this.pointer : `${this.pointer}/${field}`, detail });
  }

  /** Reports a place below this object as left out. */
  leavePlace(place: string, detail: string): void {
    this.leftOut.push({ where: `${this.pointer}/${place}`, detail });
  }

  /** Reports the fields that nobody took, with the advice for each; those without advice are named alone. */
  close(advice: Readonly<Record<string, string>> = {}): void {
    for (const field of Object.keys(this.#fields).filter((name) => this.has(name) && !this.#taken.has(name))) {
      this.leave(field, advice[field] ?? 'A job file has no such field.');
    }
  }
}
