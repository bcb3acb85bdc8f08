import { SeededRandom } from '../../../cluster-sim/src/index.ts';

/** Choices drawn from a seed. */
export class Random {
  readonly #random: SeededRandom;

  constructor(seed: string) {
    this.#random = new SeededRandom(seed);
  }

  /** Whole, `from` and `to` included. */
  between(from: number, to: number): number {
    return from + Math.floor(this.#random.next() * (to - from + 1));
  }

  chance(probability: number): boolean {
    return this.#random.next() < probability;
  }

  oneOf<T>(...choices: readonly [T, ...T[]]): T {
    return choices[this.between(0, choices.length - 1)] ?? choices[0];
  }

  /** `count` values made by `make`. */
  times<T>(count: number, make: (index: number) => T): T[] {
    return Array.from({ length: count }, (_, index) => make(index));
  }
}
