import 'reflect-metadata';
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DataSource, type EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { ownerOptions } from './database-settings.ts';
import { MIGRATION_TABLE } from './migrate.ts';
import { TestDatabase } from './testing/test-database.ts';

/** Tables of the migrated schema whose entity is still to be written. */
const WITHOUT_ENTITY: readonly string[] = [
  'app_user',
  'application',
  'application_attachment',
  'application_comment',
  'application_event',
  'attachment_content',
  'audit_chain',
  'audit_event',
  'audit_head',
  'audit_head_report',
  'closed_month',
  'company',
  'company_contact',
  'concurrency_limit',
  'failed_attempt',
  'funding_admission',
  'funding_programme_use',
  'funding_share',
  'gpu_class',
  'gpu_price',
  'grant_event',
  'incident',
  'incident_refund',
  'invitation',
  'job',
  'job_event',
  'ledger_account',
  'ledger_closed_period',
  'ledger_entry',
  'ledger_posting',
  'member',
  'oidc_identity',
  'oidc_request',
  'password_link',
  'pending_decision',
  'personal_token',
  'programme',
  'programme_appropriation',
  'refresh_token',
  'requested_letter',
  'reused_pod_uid',
  'session',
  'statement',
  'subsidy_grant',
  'usage_interval',
  'user_role',
  'wallet_top_up',
];

/** What a table is compared by. Lists are sorted, and the columns of a key are in the order of the key. */
interface TableShape {
  readonly columns: Readonly<Record<string, string>>;
  readonly primaryKey: string;
  readonly uniques: readonly string[];
}

/** The class that the properties of a column's type have in JavaScript. `Object`: a type alias, which leaves no trace at run time. */
const JAVASCRIPT_TYPES: Readonly<Record<string, readonly unknown[]>> = {
  text: [String, Object],
  'character varying': [String, Object],
  date: [String, Object],
  bigint: [BigInt, Object],
  integer: [Number, Object],
  smallint: [Number, Object],
  boolean: [Boolean],
  bytea: [Buffer],
  'timestamp with time zone': [Date],
  jsonb: [Object, Array],
  'text[]': [Array, Object],
};

const COLUMNS = `
  SELECT c.relname AS "table", a.attname AS "column", format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS nullable,
         a.attidentity <> '' AS identity
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> '${MIGRATION_TABLE}' ORDER BY 1, 2`;

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
          columns: Object.fromEntries(rows.map((row) => [row.column, columnShape(row.type, row.nullable, row.identity)])),
          primaryKey: primary?.[0]?.columns ?? 'none',
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

  const entities = (): EntityMetadata[] => dataSource.entityMetadatas.filter(({ tableType }) => tableType === 'regular');

  it('describe every table of the migrated schema, each table once', async () => {
    const tables = [...(await migratedTables(database.owner)).keys()].filter((table) => !WITHOUT_ENTITY.includes(table));
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

  it('give each property the JavaScript type that the driver delivers', () => {
    const wrong = entities().flatMap((entity) =>
      entity.columns.flatMap((column) => {
        const type = typeOf(dataSource, column);
        const declared = Reflect.getMetadata(
          'design:type',
          (entity.target as { prototype: object }).prototype,
          column.propertyName,
        ) as unknown;
        return (JAVASCRIPT_TYPES[type] ?? [String, Object]).includes(declared)
          ? []
          : [`${entity.targetName}.${column.propertyName} is ${(declared as { name?: string } | undefined)?.name}, its column ${type}`];
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
