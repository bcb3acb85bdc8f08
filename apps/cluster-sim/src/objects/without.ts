/** A copy of `object` that lacks these fields. */
export function without<T extends object, F extends keyof T>(object: T, ...fields: readonly F[]): Omit<T, F> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !(fields as readonly string[]).includes(name))) as Omit<T, F>;
}
