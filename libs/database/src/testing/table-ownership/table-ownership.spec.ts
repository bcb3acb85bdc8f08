import { checkTableOwnership, type OwnershipReport } from './table-ownership.ts';

const MIGRATION = `
  CREATE TABLE job (id text PRIMARY KEY, company text)
  CREATE TABLE job_event (job_id text)
  CREATE TABLE company (id text PRIMARY KEY)
  CREATE VIEW company_status AS SELECT id FROM company`;
const TENANCY = {
  'libs/tenancy/src/index.ts': '/**\n * tenancy — companies. Views for the SQL of\n * others: `company_status`.\n */',
  'libs/tenancy/src/company.entity.ts': `@Entity({ name: 'company' }) class CompanyEntity {}`,
};
const JOBS = { 'libs/jobs/src/job.entity.ts': `@Entity('job') class JobEntity {} @Entity('job_event') class JobEventEntity {}` };

function check(files: Record<string, string>): OwnershipReport {
  return checkTableOwnership({
    files: new Map(Object.entries({ ...TENANCY, ...JOBS, ...files })),
    migrations: [MIGRATION],
    modules: ['database', 'tenancy', 'jobs'],
    withoutEntity: {},
    infrastructure: {},
  });
}

const inJobs = (sql: string): OwnershipReport => check({ 'libs/jobs/src/job.queries.ts': `tx.query(\`${sql}\`)` });
const foreign = ['libs/jobs/src/job.queries.ts:1: jobs names company, which belongs to tenancy'];

describe('the table-ownership check', () => {
  it('counts texts, tables and views, and finds nothing wrong with a module that names its own tables', () => {
    const report = inJobs('SELECT 1 FROM job JOIN job_event e ON e.job_id = job.id WHERE job.id = $1');
    expect(report).toEqual({ texts: 1, tables: 3, views: 1, foreign: [], raw: [], undeclared: [] });
  });

  it.each([
    'SELECT 1 FROM job, company',
    'SELECT 1 FROM job j JOIN company ON true',
    'UPDATE company SET id = id',
    'INSERT INTO company (id) VALUES ($1)',
    'DELETE FROM job USING company WHERE true',
    'SELECT 1 FROM public.company',
    'SELECT (SELECT 1 FROM company) FROM job FOR UPDATE',
    // A part of a statement, and one with a placeholder.
    'JOIN company c ON c.id = job.company',
    'SELECT ${COLUMNS} FROM company WHERE ${which}',
  ])('finds the table of another module in %s', (sql) => {
    expect(inJobs(sql).foreign).toEqual(foreign);
  });

  it('finds a table with an underscore wherever it is named', () => {
    const report = check({ 'libs/tenancy/src/company.queries.ts': 'const part = `${ALL} job_event WHERE true`;' });
    expect(report.foreign).toEqual(['libs/tenancy/src/company.queries.ts:1: tenancy names job_event, which belongs to jobs']);
  });

  it.each([
    'SELECT company FROM job WHERE job.company = $1',
    "SELECT 'FROM company' FROM job -- FROM company",
    'WITH company AS (SELECT 1) SELECT 1 FROM company',
    'SELECT company.id FROM unnest($1::text[]) AS company (id)',
    'SELECT 1 FROM job WHERE job.company IS DISTINCT FROM company',
  ])('takes a column, a text and a local name for what they are in %s', (sql) => {
    expect(inJobs(sql).foreign).toEqual([]);
  });

  it('lets a later module name a public view, and an earlier one not', () => {
    const sql = { 'libs/jobs/src/job.queries.ts': 'tx.query(`SELECT 1 FROM company_status`)' };
    expect(check(sql).foreign).toEqual([]);
    const early = check({ 'libs/database/src/early.queries.ts': 'tx.query(`SELECT 1 FROM company_status`)' });
    expect(early.foreign).toEqual([
      'libs/database/src/early.queries.ts:1: database reads the view company_status of tenancy, a later module',
    ]);
  });

  it('counts an app as a module that owns nothing', () => {
    expect(check({ 'apps/api/src/x.queries.ts': 'tx.query("SELECT 1 FROM job")' }).foreign).toEqual([
      'apps/api/src/x.queries.ts:1: apps/api names job, which belongs to jobs',
    ]);
  });

  it('finds SQL that is sent outside *.queries.ts', () => {
    const source = 'await tx.query(`SELECT 1`);\nawait runPrepared(tx, STATEMENT, []);';
    expect(check({ 'libs/jobs/src/jobs.service.ts': source }).raw).toEqual([
      'libs/jobs/src/jobs.service.ts:1: query() outside *.queries.ts',
      'libs/jobs/src/jobs.service.ts:2: runPrepared() outside *.queries.ts',
    ]);
  });

  it('finds a table that no entity declares, and one that two declare', () => {
    const { undeclared } = checkTableOwnership({
      files: new Map([
        ['libs/jobs/src/job.entity.ts', `@Entity('job') class JobEntity {}`],
        ['libs/tenancy/src/job.entity.ts', `@Entity('job') class OtherEntity {}`],
      ]),
      migrations: ['CREATE TABLE job (id text) CREATE TABLE company (id text)'],
      modules: ['tenancy', 'jobs'],
      withoutEntity: {},
      infrastructure: { 'libs/gone.ts': 'gone' },
    });
    expect(undeclared).toEqual([
      'libs/tenancy/src/job.entity.ts: job is declared a second time, by tenancy after jobs',
      'company: no entity declares this table',
      'libs/gone.ts: listed as infrastructure and not there',
    ]);
  });

  it('knows that a later migration drops or renames a table', () => {
    const { undeclared, tables, views } = checkTableOwnership({
      files: new Map([['libs/jobs/src/job.entity.ts', `@Entity('job') class JobEntity {}`]]),
      migrations: [
        'CREATE TABLE task (id text) CREATE TABLE note (id text) CREATE VIEW open_task AS SELECT',
        'ALTER TABLE task RENAME TO job DROP TABLE note',
        'DROP VIEW open_task',
      ],
      modules: ['jobs'],
      withoutEntity: {},
      infrastructure: {},
    });
    expect({ undeclared, tables, views }).toEqual({ undeclared: [], tables: 1, views: 0 });
  });
});
