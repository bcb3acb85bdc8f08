/** Comments, quoted text, then words (a placeholder among them) and single signs. */
const TOKENS = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"[^"]+"|\$\?|[A-Za-z_][A-Za-z0-9_]*|\S/g;
const WORD = /^[A-Za-z_]/;
/** What stands before the name of a table or view. */
const BEFORE_RELATION = new Set(['FROM', 'JOIN', 'INTO', 'UPDATE', 'USING', 'TABLE', 'TRUNCATE', 'ONLY', 'LATERAL']);
/** Words that follow a relation and are not its alias. */
const KEYWORD = /^[A-Z]+$/;

/**
 * The names of tables and views in a text of SQL, or in a part of one: words of `relations` where SQL expects a relation, and those with
 * an underscore wherever they are not a column, an alias or a common table expression.
 * @param columns a relation with the name of one of these is found only where SQL expects a relation
 */
export function namedRelations(sql: string, relations: ReadonlySet<string>, columns: ReadonlySet<string>): Set<string> {
  const tokens = (sql.match(TOKENS) ?? []).filter((token) => !/^(--|\/\*|')/.test(token)).map((token) => token.replaceAll('"', ''));
  const local = localNames(tokens);
  const found = new Set<string>();
  for (const [index, token] of tokens.entries()) {
    if (!relations.has(token) || local.has(token)) continue;
    const column = tokens[index - 1] === '.' && tokens[index - 2] !== 'public';
    if (!column && ((token.includes('_') && !columns.has(token)) || isExpectedAt(tokens, index))) found.add(token);
  }
  return found;
}

/** Aliases after AS, and common table expressions: `WITH name AS (` and `, name (column) AS (`. */
function localNames(tokens: readonly string[]): Set<string> {
  const names = new Set<string>();
  for (const [index, token] of tokens.entries()) {
    if (token !== 'AS') continue;
    const next = tokens[index + 1] ?? '';
    if (WORD.test(next) && !KEYWORD.test(next)) names.add(next);
    const opens = next === '(' || next === 'MATERIALIZED' || next === 'NOT';
    const before = tokens[index - 1] === ')' ? tokens[tokens.lastIndexOf('(', index) - 1] : tokens[index - 1];
    if (opens && before !== undefined && WORD.test(before)) names.add(before);
  }
  return names;
}

function isExpectedAt(tokens: readonly string[], index: number): boolean {
  const before = tokens[index - 1] === '.' ? tokens[index - 3] : tokens[index - 1];
  if (before === 'UPDATE') return !['FOR', 'DO', 'KEY'].includes(tokens[index - 2] ?? '');
  if (before === 'FROM') return tokens[index - 2] !== 'DISTINCT';
  if (before === ',') return isInFromList(tokens, index - 1);
  return before !== undefined && BEFORE_RELATION.has(before);
}

/** Whether the comma at `index` separates the relations of a FROM: `FROM one, two alias, three`. */
function isInFromList(tokens: readonly string[], index: number): boolean {
  for (let at = index - 1; at >= 0; at -= 1) {
    const token = tokens[at] ?? '';
    if (token === 'FROM' || token === 'USING') return tokens[at - 1] !== 'DISTINCT';
    if (token !== ',' && token !== 'AS' && (!WORD.test(token) || KEYWORD.test(token))) return false;
  }
  return false;
}
