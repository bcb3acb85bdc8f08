import type { Readable } from 'node:stream';
import { HttpStatus, Inject, Injectable } from '@nestjs/common';
import type { Principal } from '#identity';
import { HttpProblem } from '../http/problem.ts';
import { API_SETTINGS, type ApiSettings } from '../settings.ts';

/** About as long as a month of a large park takes to be sent. */
const RETRY_AFTER_SECONDS = 30;

/**
 * The exports that this process is sending. Each holds a connection to the database and memory of it until its last byte, so there are few
 * at once: what people wait for in the meantime gets the other connections.
 */
@Injectable()
export class RunningExports {
  readonly #running = new Set<{ readonly personId: string }>();

  constructor(@Inject(API_SETTINGS) private readonly settings: ApiSettings) {}

  /**
   * Counts the export that `make` opens until it is closed.
   * @throws HttpProblem `export.too-many` when the person or the process sends as many as they may; then `make` is not called
   */
  async open({ id: personId }: Principal, make: () => Readable | Promise<Readable>): Promise<Readable> {
    this.#requirePlace(personId);
    const running = { personId };
    this.#running.add(running);
    try {
      const content = await make();
      return content.once('close', () => this.#running.delete(running));
    } catch (error) {
      this.#running.delete(running);
      throw error;
    }
  }

  #requirePlace(personId: string): void {
    const { exportsAtOnce, exportsPerPerson } = this.settings;
    const own = [...this.#running].filter((running) => running.personId === personId).length;
    if (own < exportsPerPerson && this.#running.size < exportsAtOnce) return;
    const whose = own < exportsPerPerson ? `This server sends ${this.#running.size}` : `You receive ${own}`;
    throw new HttpProblem(
      HttpStatus.TOO_MANY_REQUESTS,
      'export.too-many',
      `${whose} exports at the moment, which is the most there may be at once.`,
      { remedy: `Wait until one of them has ended, and try again in ${RETRY_AFTER_SECONDS} s.` },
      RETRY_AFTER_SECONDS,
    );
  }
}
