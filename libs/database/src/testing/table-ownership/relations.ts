import ts from 'typescript';

/** Tables that no entity declares, with their module and the reason. */
export type TablesWithoutEntity = Readonly<Record<string, { readonly module: string; readonly reason: string }>>;

const CHANGES = [
  /\b(?<verb>CREATE) (?:OR REPLACE )?(?<kind>TABLE|VIEW) (?:IF NOT EXISTS )?(?<name>[a-z_]+)/,
  /\b(?<verb>DROP) (?:TABLE|VIEW) (?:IF EXISTS )?(?<name>[a-z_]+)/,
  /\bALTER (?:TABLE|VIEW) (?<name>[a-z_]+) (?<verb>RENAME) TO (?<newName>[a-z_]+)/,
].map(({ source }) => source);
const CHANGE = new RegExp(CHANGES.join('|'), 'g');
/** A column in CREATE TABLE or ALTER TABLE … ADD. */
const COLUMN = /(?:^|[(,]|\bADD(?: COLUMN)?)\s*([a-z_]+) (?:text|int|integer|bigint|smallint|boolean|timestamptz|jsonb|bytea|date)\b/gm;
const ENTITY = new Set(['Entity', 'ViewEntity']);
/** As the doc comment of a module's index.ts names them: "Views for the SQL of others: `one`, `two`." */
const PUBLIC_VIEWS = /Views for the SQL of others: ((?:`[a-z_]+`(?:,\s*)?)+)/;

/** The tables and views that there are after the migrations, which are given in their order. */
export function relationsAfter(migrations: readonly string[]): Map<string, 'table' | 'view'> {
  const relations = new Map<string, 'table' | 'view'>();
  for (const { groups } of migrations.flatMap((source) => [...source.matchAll(CHANGE)])) {
    const { verb, kind, name = '', newName } = groups ?? {};
    const before = relations.get(name);
    if (verb === 'CREATE') relations.set(name, kind === 'VIEW' ? 'view' : 'table');
    else relations.delete(name);
    if (newName !== undefined && before !== undefined) relations.set(newName, before);
  }
  return relations;
}

/** The names of all columns that the migrations create. */
export function createdColumns(migrations: readonly string[]): Set<string> {
  return new Set(migrations.flatMap((source) => [...source.matchAll(COLUMN)].map(([, name = '']) => name)));
}

/** The tables and views that the `@Entity('table')` and `@ViewEntity({ name: 'view' })` classes of a source declare. */
export function declaredTables(source: string): string[] {
  if (!/@(View)?Entity\(/.test(source)) return [];
  const tables: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isDecorator(node) && ts.isCallExpression(node.expression) && ENTITY.has(node.expression.expression.getText())) {
      const [argument] = node.expression.arguments;
      const name = argument !== undefined && ts.isObjectLiteralExpression(argument) ? nameIn(argument) : argument;
      if (name !== undefined && ts.isStringLiteralLike(name)) tables.push(name.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true));
  return tables;
}

function nameIn(options: ts.ObjectLiteralExpression): ts.Expression | undefined {
  const name = options.properties.find((property) => property.name?.getText() === 'name');
  return name !== undefined && ts.isPropertyAssignment(name) ? name.initializer : undefined;
}

/** The views that a module lets the SQL of others name, by the doc comment of its index.ts. */
export function publicViews(index: string): string[] {
  const [, list = ''] = PUBLIC_VIEWS.exec(index.replaceAll(/\n \* ?/g, ' ')) ?? [];
  return [...list.matchAll(/`([a-z_]+)`/g)].map(([, name = '']) => name);
}
