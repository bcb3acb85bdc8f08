import type { Column } from './output.ts';

/** One fact of an object that is shown alone. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

export const factColumns: Column<Fact>[] = [
  { title: 'field', of: ({ name }) => name },
  { title: 'value', of: ({ value }) => value },
];

/** The known facts, without those that are null, undefined or empty. */
export function known(facts: readonly (readonly [string, string | number | null | undefined])[]): Fact[] {
  return facts.flatMap(([name, value]) => (value === null || value === undefined || value === '' ? [] : [{ name, value: String(value) }]));
}
