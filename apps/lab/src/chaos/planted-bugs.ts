/** Bugs that the chaos run can plant in its controllers, to show that it finds them. */
export const PLANTED_BUGS = {
  'early-charge': 'charges are committed before the transaction that they belong to',
  'no-finalizer': 'pods may go before their end is recorded',
  'no-fence': 'a leader whose term is over goes on writing',
} as const;

export type PlantedBug = keyof typeof PLANTED_BUGS;

export function isPlantedBug(name: string): name is PlantedBug {
  return Object.hasOwn(PLANTED_BUGS, name);
}
