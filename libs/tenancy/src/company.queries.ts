import { column, queryRows, rowType, runPrepared, type Tx } from '#database';
import { COMPANY_ROLES } from '#identity';
import { COMPANY_STATUSES, type Company } from './company.ts';
import { parseCreditCode } from './domain/credit-code.ts';
import type { Membership } from './members.service.ts';

/** Read at every submission. */
const COMPANY = {
  name: 'company',
  text: `SELECT id, slug, name, credit_code AS "creditCode", status, status_since AS "statusSince", status_reason AS "statusReason",
           to_char(incubation_from, 'YYYY-MM-DD') AS "incubationFrom", to_char(incubation_until, 'YYYY-MM-DD') AS "incubationUntil",
           created_at AS "createdAt", version
         FROM company WHERE id = $1`,
  row: rowType({
    id: column.text,
    slug: column.text,
    name: column.text,
    creditCode: (value: unknown) => parseCreditCode(column.text(value)),
    status: column.oneOf(COMPANY_STATUSES),
    statusSince: column.timestamp,
    statusReason: column.nullable(column.text),
    incubationFrom: column.nullable(column.text),
    incubationUntil: column.nullable(column.text),
    createdAt: column.timestamp,
    version: column.integer,
  }),
};

/** Read at every request of a signed-in person. */
const MEMBERSHIPS = {
  name: 'memberships',
  text: `SELECT c.id AS "companyId", c.slug, c.name AS "companyName", c.status AS "companyStatus", m.role
         FROM member m JOIN company c ON c.id = m.company_id WHERE m.user_id = $1 ORDER BY c.id`,
  row: rowType({
    companyId: column.text,
    slug: column.text,
    companyName: column.text,
    companyStatus: column.oneOf(COMPANY_STATUSES),
    role: column.oneOf(COMPANY_ROLES),
  }),
};

const ID = rowType({ id: column.text });

export async function companyById(tx: Tx, id: string): Promise<Company | undefined> {
  const [company] = await runPrepared(tx, COMPANY, [id]);
  return company;
}

/** The companies that a person belongs to, by id. */
export async function membershipsOf(tx: Tx, userId: string): Promise<Membership[]> {
  return await runPrepared(tx, MEMBERSHIPS, [userId]);
}

/** Locks companies until `tx` ends, in the order of their ids. Whoever moves a company's money runs it. @returns those that exist */
export async function lockCompanies(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const locked = await queryRows(tx, ID, `SELECT id FROM company WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE`, [ids]);
  return new Set(locked.map(({ id }) => id));
}
