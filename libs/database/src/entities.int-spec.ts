import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DataSource, type EntityMetadata } from 'typeorm';
import ts from 'typescript';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { ownerOptions } from './database-settings.ts';
import { MIGRATION_TABLE } from './migrate.ts';
import { TestDatabase } from './testing/test-database.ts';

/** What a table is compared by. Lists are sorted, and the columns of a key are in the order of the key. */
interface TableShape {
  readonly columns: Readonly<Record<string, string>>;
  readonly primaryKey: string;
  readonly uniques: readonly string[];
}

/** How properties are declared that hold what the driver delivers for a column. Any other declaration must name a type alias. */
const DECLARATIONS: Readonly<Record<string, string>> = {
  text: 'string',
  'character varying': 'string',
  date: 'string',
  bigint: 'bigint',
  integer: 'number',
  smallint: 'number',
  boolean: 'boolean',
  bytea: 'Buffer',
  'timestamp with time zone': 'Date',
};
const BUILT_IN = new Set(Object.values(DECLARATIONS));

const COLUMNS = `
  SELECT c.relname AS "table", a.attname AS "column", format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS nullable,
         a.attidentity <> '' AS identity, c.relkind = 'v' AS view
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v') AND c.relname <> '${MIGRATION_TABLE}' ORDER BY 1, 2`;

const KEYS = `
  SELECT c.relname AS "table", i.indisprimary AS "primary", pg_get_expr(i.indpred, i.indrelid) AS condition,
         (SELECT string_agg(a.attname, ', ' ORDER BY k.position) FROM unnest(i.indkey) WITH ORDINALITY AS k (attnum, position)
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum) AS columns
  FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid AND i.indisunique
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> '${MIGRATION_TABLE}' ORDER BY 1`;

interface ColumnRow {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly identity: boolean;
  /** PostgreSQL does not know which columns of a view may be null. */
  readonly view: boolean;
}

interface KeyRow {
  readonly table: string;
  readonly primary: boolean;
  readonly condition: string | null;
  readonly columns: string;
}

const columnShape = (type: string, nullable: boolean, identity: boolean): string =>
  `${type}${nullable ? ' or null' : ''}${identity ? ' generated' : ''}`;

const keyShape = (columns: string, condition?: string | null): string => (condition ? `${columns} where ${condition}` : columns);

/** The tables of the schema as PostgreSQL describes them. */
async function migratedTables(owner: DataSource): Promise<Map<string, TableShape>> {
  const columns = Map.groupBy(await owner.query<ColumnRow[]>(COLUMNS), ({ table }) => table);
  const keys = Map.groupBy(await owner.query<KeyRow[]>(KEYS), ({ table }) => table);
  return new Map(
    [...columns].map(([table, rows]) => {
      const [primary, others] = [true, false].map((wanted) => (keys.get(table) ?? []).filter((key) => key.primary === wanted));
      return [
        table,
        {
          columns: Object.fromEntries(rows.map((row) => [row.column, columnShape(row.type, row.nullable && !row.view, row.identity)])),
          primaryKey: primary?.[0]?.columns ?? '',
          uniques: (others ?? []).map((key) => keyShape(key.columns, key.condition)).sort(),
        },
      ];
    }),
  );
}

function typeOf(dataSource: DataSource, column: ColumnMetadata): string {
  const type = column.enumName ?? dataSource.driver.normalizeType(column);
  return column.isArray ? `${type}[]` : type;
}

/** The table of an entity, as its decorators describe it. */
function tableOf(dataSource: DataSource, entity: EntityMetadata): TableShape {
  const names = (columns: readonly ColumnMetadata[]): string => columns.map((column) => column.databaseName).join(', ');
  return {
    columns: Object.fromEntries(
      entity.columns
        .map((column): [string, string] => [
          column.databaseName,
          columnShape(typeOf(dataSource, column), column.isNullable, column.isGenerated),
        ])
        .sort(),
    ),
    primaryKey: names(entity.primaryColumns),
    uniques: [
      ...entity.uniques.map((unique) => keyShape(names(unique.columns))),
      ...entity.indices.filter(({ isUnique }) => isUnique).map((index) => keyShape(names(index.columns), index.where)),
    ].sort(),
  };
}

/** The types that an entity's properties are declared with, the parts of a union one by one, by `Class.property`. */
function declaredTypes(file: string): Map<string, string[]> {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const types = new Map<string, string[]>();
  for (const statement of source.statements) {
    if (!ts.isClassDeclaration(statement)) continue;
    for (const member of statement.members) {
      if (!ts.isPropertyDeclaration(member) || member.type === undefined) continue;
      const parts = ts.isUnionTypeNode(member.type) ? [...member.type.types] : [member.type];
      types.set(
        `${statement.name?.text}.${member.name.getText()}`,
        parts.map((part) => part.getText()),
      );
    }
  }
  return types;
}

describe('entities', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  const files = globSync('libs/*/src/**/*.entity.ts');
  beforeAll(async () => {
    for (const file of files) await import(pathToFileURL(resolve(file)).href);
    database = await TestDatabase.create();
    dataSource = await new DataSource(ownerOptions(database.ownerUrl)).initialize();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const entities = (): EntityMetadata[] => dataSource.entityMetadatas;

  it('describe every table of the migrated schema once, and views that are not for SQL alone', async () => {
    const described = new Set(entities().map(({ tableName }) => tableName));
    const views = await database.owner.query<{ name: string }[]>(`SELECT viewname AS name FROM pg_views WHERE schemaname = 'public'`);
    const forSql = views.map(({ name }) => name).filter((name) => !described.has(name));
    const tables = [...(await migratedTables(database.owner)).keys()].filter((name) => !forSql.includes(name));
    expect(
      entities()
        .map(({ tableName }) => tableName)
        .sort(),
    ).toEqual(tables.sort());
  });

  it('have the columns, types, nullability, primary key and uniques of their tables', async () => {
    const tables = await migratedTables(database.owner);
    for (const entity of entities()) {
      expect([entity.tableName, tableOf(dataSource, entity)]).toEqual([entity.tableName, tables.get(entity.tableName)]);
    }
  });

  it('declare each property as the driver delivers it, null included', () => {
    const declarations = new Map(files.flatMap((file) => [...declaredTypes(file)]));
    const wrong = entities().flatMap((entity) =>
      entity.columns.flatMap((column) => {
        const property = `${entity.targetName}.${column.propertyName}`;
        const declared = declarations.get(property) ?? [];
        const expected = DECLARATIONS[typeOf(dataSource, column)];
        const types = declared.filter((type) => type !== 'null');
        const fits = types.every((type) => type === expected || !BUILT_IN.has(type)) && types.length > 0;
        const nullFits = entity.tableType === 'view' || declared.includes('null') === column.isNullable;
        return fits && nullFits ? [] : [`${property}: ${declared.join(' | ')} for ${typeOf(dataSource, column)}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('are exported by files that are named like them, an entity to a file', () => {
    const classes = entities().map(({ targetName }) => targetName);
    const fileName = (entity: string): string =>
      `${entity.replace(/Entity$/, '').replace(/[A-Z]/g, (letter, at: number) => `${at > 0 ? '-' : ''}${letter.toLowerCase()}`)}.entity.ts`;
    expect(classes.map(fileName).sort()).toEqual(files.map((file) => file.split('/').at(-1)).sort());
  });
});
