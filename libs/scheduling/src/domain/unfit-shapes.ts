import type { Shape } from './shape.ts';

/** More would cost more to compare than a search of the nodes. */
const MOST_KEPT = 64;

interface Unfit {
  readonly shape: Shape;
  /** The last constraint in time that the search had to respect: see `CycleState`. */
  readonly until: number;
}

/**
 * Shapes of one class that did not fit. During a cycle nodes only become fuller, so what did not fit does not fit later in the cycle, and
 * neither does what needs as much or more. A queue is long but has few shapes: most jobs are answered here without a look at the nodes.
 */
export class UnfitShapes {
  #unfit: Unfit[] = [];

  /** Whether `shape` is known not to fit, because a shape that needs no more of anything did not. */
  covers(shape: Shape, until: number): boolean {
    return this.#unfit.some((unfit) => unfit.until <= until && isWithin(unfit.shape, shape));
  }

  /** A shape that avoids nodes says nothing about others. */
  add(shape: Shape, until: number): void {
    if (shape.avoidedNodes !== undefined) return;
    this.#unfit = this.#unfit.filter((known) => !(until <= known.until && isWithin(shape, known.shape)));
    if (this.#unfit.length < MOST_KEPT) this.#unfit.push({ shape, until });
  }
}

function isWithin(less: Shape, more: Shape): boolean {
  return (
    less.replicas <= more.replicas &&
    less.replica.gpus <= more.replica.gpus &&
    less.replica.cpuMillis <= more.replica.cpuMillis &&
    less.replica.memoryBytes <= more.replica.memoryBytes &&
    (less.replica.ephemeralBytes ?? 0) <= (more.replica.ephemeralBytes ?? 0) &&
    isWithinTopology(less.topology, more.topology)
  );
}

/** A domain that is only preferred changes nothing about what fits. */
function isWithinTopology(less: Shape['topology'], more: Shape['topology']): boolean {
  return less?.mode !== 'require' || (more?.mode === 'require' && more.key === less.key);
}
