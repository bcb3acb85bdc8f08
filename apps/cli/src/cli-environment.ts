import { UsageError } from './failures.ts';

/** What the program finds around it: the process has its own, a test another. */
export interface CliEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether standard output is a terminal that shows colours. */
  readonly colours: boolean;
  /** Whether standard output is a terminal at all: what others wrote is shown there without what could do harm. */
  readonly terminal: boolean;
  out(text: string): void;
  /** Bytes on standard output as they are; ends when they were taken. */
  outBytes(bytes: Uint8Array): Promise<void>;
  err(text: string): void;
  /** Standard input to its end. @throws UsageError where it is not UTF-8 */
  readInput(): Promise<string>;
  /**
   * Asks a person. The answer is not shown while it is typed when `hidden`. @throws UsageError where there is no terminal, with `instead`
   * as the remedy
   */
  ask(question: string, options: { readonly hidden?: boolean; readonly instead: string }): Promise<string>;
}

/** The error where a question is needed and there is no terminal. */
export function nobodyToAsk(question: string, instead: string): UsageError {
  return new UsageError(`${question.replace(/:\s*$/, '')} is needed, and there is no terminal to ask.`, instead);
}
