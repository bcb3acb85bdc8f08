import type { Column } from './output.ts';

/** One fact of something that is shown by itself. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

export const factColumns: Column<Fact>[] = [
  { title: 'field', of: ({ name }) => name },
  { title: 'value', of: ({ value }) => value },
];

/** The facts that are known: what is null, undefined or empty is left out. */
export function known(facts: readonly (readonly [string, string | number | null | undefined])[]): Fact[] {
  return facts.flatMap(([name, value]) => (value === null || value === undefined || value === '' ? [] : [{ name, value: String(value) }]));
}
