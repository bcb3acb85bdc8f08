/** Asserts what must hold whatever the input; a failure is a fault of the program, never of its user. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`invariant violated: ${message}`);
}
