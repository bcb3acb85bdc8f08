/** One invariant looked at: how many things were compared, and where they differed. */
export interface Check {
  readonly name: string;
  readonly examined: number;
  readonly differences: readonly string[];
}

/** Looks at every one of `things`; `difference` says what is wrong with one, or nothing. */
export function check<T>(name: string, things: Iterable<T>, difference: (thing: T) => string | undefined | false): Check {
  const differences: string[] = [];
  let examined = 0;
  for (const thing of things) {
    examined += 1;
    const found = difference(thing);
    if (found !== undefined && found !== false) differences.push(found);
  }
  return { name, examined, differences };
}
