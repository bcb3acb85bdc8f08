/** The variables of lines like KEY=VALUE, or the number of the first line that is not like that. Empty lines and comments are left out. */
export function variablesOf(text: string): Record<string, string> | number {
  const values: Record<string, string> = {};
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#.*)?$/.test(line)) continue;
    const [, name, value] = /^\s*([A-Za-z_]\w*)=(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return index + 1;
    values[name] = value;
  }
  return values;
}
