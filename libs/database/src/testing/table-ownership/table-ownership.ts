import { namedRelations } from './named-relations.ts';
import { createdColumns, declaredTables, publicViews, relationsAfter, type TablesWithoutEntity } from './relations.ts';
import { sqlOf } from './sql-texts.ts';

/** What the check reads: sources by path, such as `libs/ledger/src/ledger.service.ts`. */
export interface Sources {
  readonly files: ReadonlyMap<string, string>;
  /** In their order. */
  readonly migrations: readonly string[];
  /** The modules in their order: each may read the views of those before it. */
  readonly modules: readonly string[];
  readonly withoutEntity: TablesWithoutEntity;
  /** Files outside `*.queries.ts` that send SQL, with the reason. */
  readonly infrastructure: Readonly<Record<string, string>>;
}

export interface OwnershipReport {
  readonly texts: number;
  readonly tables: number;
  readonly views: number;
  /** `file:line: what is wrong`, for each SQL text that names a table of another module. */
  readonly foreign: readonly string[];
  /** The same for each call that sends SQL outside `*.queries.ts`. */
  readonly raw: readonly string[];
  /** Tables without an owner, lists that name what is not there. */
  readonly undeclared: readonly string[];
}

interface Owners {
  readonly of: ReadonlyMap<string, string>;
  readonly publicViews: ReadonlySet<string>;
}

/** Checks that SQL names the tables of its own module and the public views of earlier ones only, and is written in `*.queries.ts`. */
export function checkTableOwnership(sources: Sources): OwnershipReport {
  const relations = relationsAfter(sources.migrations);
  for (const table of Object.keys(sources.withoutEntity)) relations.set(table, relations.get(table) ?? 'table');
  const undeclared: string[] = [];
  const owners = ownersOf(sources, relations, undeclared);
  const [foreign, raw]: [string[], string[]] = [[], []];
  const [names, columns] = [new Set(relations.keys()), createdColumns(sources.migrations)];
  let texts = 0;
  for (const [path, source] of sources.files) {
    const sql = sqlOf(source);
    texts += sql.texts.length;
    for (const { line, text } of sql.texts) {
      for (const name of namedRelations(text, names, columns)) {
        const fault = foreignFault(name, moduleOf(path), owners, sources.modules);
        if (fault !== undefined) foreign.push(`${path}:${line}: ${fault}`);
      }
    }
    if (path.endsWith('.queries.ts') || path in sources.infrastructure) continue;
    raw.push(...sql.queries.map(({ line, call }) => `${path}:${line}: ${call}() outside *.queries.ts`));
  }
  for (const path of Object.keys(sources.infrastructure)) {
    if (!sources.files.has(path)) undeclared.push(`${path}: listed as infrastructure and not there`);
  }
  const count = (kind: 'table' | 'view'): number => [...relations.values()].filter((one) => one === kind).length;
  return { texts, tables: count('table'), views: count('view'), foreign, raw, undeclared };
}

/** `libs/ledger/…` → `ledger`; `apps/api/…` → `apps/api`, which owns no table. */
function moduleOf(path: string): string {
  const [root = '', name = ''] = path.split('/');
  return root === 'libs' ? name : `${root}/${name}`;
}

function foreignFault(name: string, module: string, owners: Owners, modules: readonly string[]): string | undefined {
  const owner = owners.of.get(name);
  if (owner === undefined || owner === module) return undefined;
  if (!owners.publicViews.has(name)) return `${module} names ${name}, which belongs to ${owner}`;
  const place = modules.indexOf(module);
  return place >= 0 && place < modules.indexOf(owner) ? `${module} reads the view ${name} of ${owner}, a later module` : undefined;
}

function ownersOf(sources: Sources, relations: ReadonlyMap<string, 'table' | 'view'>, undeclared: string[]): Owners {
  const of = new Map<string, string>();
  const views = new Set<string>();
  const own = (name: string, module: string, path: string): void => {
    const other = of.get(name);
    if (other !== undefined) undeclared.push(`${path}: ${name} is declared a second time, by ${module} after ${other}`);
    of.set(name, module);
  };
  for (const [path, source] of sources.files) {
    for (const table of declaredTables(source)) own(table, moduleOf(path), path);
    if (!/^libs\/[^/]+\/src\/index\.ts$/.test(path)) continue;
    for (const view of publicViews(source)) {
      if (relations.get(view) !== 'view') undeclared.push(`${path}: ${view} is not a view`);
      own(view, moduleOf(path), path);
      views.add(view);
    }
  }
  for (const [table, { module }] of Object.entries(sources.withoutEntity)) own(table, module, 'the list of tables without an entity');
  for (const [name, kind] of relations) {
    if (!of.has(name)) undeclared.push(`${name}: no ${kind === 'view' ? 'index.ts names this view' : 'entity declares this table'}`);
  }
  return { of, publicViews: views };
}
