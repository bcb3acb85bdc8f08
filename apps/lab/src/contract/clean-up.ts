/** What is to be undone, last first, even where a step fails. */
export class CleanUp {
  #steps: { readonly what: string; readonly undo: () => Promise<void> }[] = [];
  #running: Promise<string[]> | undefined;
  #closed = false;

  /** Called before something is made, so that what was made in part is undone too. @throws Error after `close` */
  add(what: string, undo: () => Promise<void>): void {
    if (this.#closed) throw new Error('interrupted');
    this.#steps.push({ what, undo });
  }

  /** From now on nothing more is made. */
  close(): void {
    this.#closed = true;
  }

  /** Undoes everything once, however often it is called. @returns a sentence for each step that failed */
  async run(): Promise<string[]> {
    this.#running ??= this.#undo();
    return await this.#running;
  }

  async #undo(): Promise<string[]> {
    const failures: string[] = [];
    for (const { what, undo } of this.#steps.toReversed()) {
      try {
        await undo();
      } catch (error) {
        failures.push(`${what} could not be cleaned up: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return failures;
  }
}
