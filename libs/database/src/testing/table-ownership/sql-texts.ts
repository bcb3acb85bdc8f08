import ts from 'typescript';

/** A string of a source file that holds SQL, or a part of it. */
export interface SqlText {
  readonly line: number;
  /** Each `${…}` of a template is the token `$?`. */
  readonly text: string;
}

/** A call that sends SQL. */
export interface RawQuery {
  readonly line: number;
  readonly call: string;
}

/** SQL is written in capitals here; nothing else in our sources is. */
const SQL = /\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|FROM|JOIN|WHERE|TRUNCATE|LOCK TABLE)\b/;
/** Functions of `database` that send the SQL they are given. */
const SENDING = new Set(['execute', 'queryRows', 'runPrepared']);

/** The SQL in the strings and templates of a TypeScript source, and the calls that send SQL. */
export function sqlOf(source: string): { readonly texts: readonly SqlText[]; readonly queries: readonly RawQuery[] } {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true);
  const texts: SqlText[] = [];
  const queries: RawQuery[] = [];
  const lineOf = (node: ts.Node): number => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
  const visit = (node: ts.Node): void => {
    const text = textOf(node);
    if (text !== undefined && SQL.test(text)) texts.push({ line: lineOf(node), text });
    const call = ts.isCallExpression(node) ? sendingCall(node.expression) : undefined;
    if (call !== undefined) queries.push({ line: lineOf(node), call });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { texts, queries };
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map(({ literal }) => ` $? ${literal.text}`).join('');
}

/** `tx.query`, of whatever receiver, or one of the functions of `database`. */
function sendingCall(called: ts.LeftHandSideExpression): string | undefined {
  if (ts.isPropertyAccessExpression(called)) return called.name.text === 'query' ? 'query' : undefined;
  return ts.isIdentifier(called) && SENDING.has(called.text) ? called.text : undefined;
}
