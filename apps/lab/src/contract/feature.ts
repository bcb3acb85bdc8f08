import type { ContractEnvironment } from './contract-environment.ts';

/** One thing that the product promises on every cluster. */
export interface Feature {
  readonly name: string;
  /**
   * What must be done to the cluster so that it happens, where only a simulated cluster does it on demand. Such a feature runs alone,
   * because it can take pods of the others with it.
   */
  readonly provokedBy?: string;
  /** @returns what it saw. @throws Error with what was wrong */
  run(environment: ContractEnvironment): Promise<string>;
}

/** @throws Error that names what differs */
export function expectEqual(what: string, seen: unknown, wanted: unknown): void {
  const [text, expected] = [seen, wanted].map((value) =>
    JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? String(part) : part)),
  );
  if (text !== expected) throw new Error(`${what} is ${text ?? 'undefined'} and should be ${expected ?? 'undefined'}`);
}

/** @throws Error with `sentence` */
export function expectThat(condition: boolean, sentence: string): void {
  if (!condition) throw new Error(sentence);
}
