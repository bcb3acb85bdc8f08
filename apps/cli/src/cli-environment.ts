import { UsageError } from './failures.ts';

/** The environment of the program: streams, files and questions. The process has one, and each test gives its own. */
export interface CliEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether standard output is a terminal that shows colours. */
  readonly colours: boolean;
  /** Whether standard output is a terminal. Text of other people is shown there without control characters that could do harm. */
  readonly terminal: boolean;
  out(text: string): void;
  /** Writes bytes to standard output unchanged; resolves when they are written. */
  outBytes(bytes: Uint8Array): Promise<void>;
  err(text: string): void;
  /** All of standard input. @throws UsageError if it is not UTF-8 */
  readInput(): Promise<string>;
  /**
   * Asks a person. If `hidden`, the answer is not shown while it is typed. @throws UsageError if there is no terminal, with `instead` as
   * the remedy
   */
  ask(question: string, options: { readonly hidden?: boolean; readonly instead: string }): Promise<string>;
}

/** The error for a question that cannot be asked, because there is no terminal. */
export function nobodyToAsk(question: string, instead: string): UsageError {
  return new UsageError(`${question.replace(/:\s*$/, '')} is needed, and there is no terminal to ask.`, instead);
}
