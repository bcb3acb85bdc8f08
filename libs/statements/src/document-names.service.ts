import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { GrantsService } from '#grants';
import { jobNames } from '#jobs';
import { BusinessCalendar, type Month } from '#kernel';
import { type ProgrammeNames, programmeNames } from '#programmes';
import { CompaniesService } from '#tenancy';
import type { LineNames } from './domain/job-line.ts';
import type { CompanyNames } from './domain/settlement.ts';
import { grantSource, type Statement } from './domain/statement.ts';
import type { StatementCorrection, StatementNames } from './domain/statement-document.ts';

const NO_NAMES: LineNames = {
  ...{ company: '', creditCode: '', formerCompanyNames: [] },
  ...{ grants: {}, programmes: {}, formerProgrammeNames: {}, documents: {} },
};

/** What the ids of statements and settlement lists are called: read once, when a document is made (rule T3). */
@Injectable()
export class DocumentNamesService {
  constructor(
    private readonly companies: CompaniesService,
    private readonly grants: GrantsService,
    private readonly calendar: BusinessCalendar,
  ) {}

  /** The names of a company in `month`, or those of all, by id. */
  async companiesOf(tx: Tx, month: Month, tenantId?: string): Promise<Map<string, CompanyNames>> {
    const companies = await this.companies.byIds(tx, tenantId === undefined ? undefined : [tenantId]);
    const former = await this.companies.formerNames(tx, this.calendar.startOf(month), tenantId);
    return new Map(
      [...companies].map(([id, { name, creditCode }]) => {
        return [id, { companyName: name, creditCode, formerCompanyNames: former.get(id) ?? [] }];
      }),
    );
  }

  /** The names of all programmes in `month`, by id. */
  async programmesOf(tx: Tx, month: Month): Promise<Map<string, ProgrammeNames>> {
    return await programmeNames(tx, { from: this.calendar.startOf(month), until: this.calendar.endOf(month) });
  }

  /** The names that the lines of a company need in `month`, or those of all companies, by company. */
  async ofLines(tx: Tx, month: Month, tenantId?: string): Promise<Map<string, LineNames>> {
    const programmes = await this.programmesOf(tx, month);
    const grants = Map.groupBy(await this.grants.list(tx, tenantId), (grant) => grant.tenantId);
    const companies = await this.companiesOf(tx, month, tenantId);
    return new Map(
      [...companies].map(([id, { companyName, creditCode, formerCompanyNames }]) => {
        const own = (grants.get(id) ?? []).map((grant) => ({ ...grant, programme: programmes.get(grant.programmeId) }));
        return [
          id,
          {
            ...{ company: companyName, creditCode, formerCompanyNames },
            grants: Object.fromEntries(own.map((grant) => [grant.id, grant.name])),
            programmes: Object.fromEntries(own.flatMap((grant) => known(grant.id, grant.programme?.name))),
            formerProgrammeNames: Object.fromEntries(own.flatMap((grant) => someOf(grant.id, grant.programme?.formerNames))),
            documents: Object.fromEntries(own.flatMap((grant) => someOf(grant.id, grant.programme?.documents))),
          },
        ];
      }),
    );
  }

  /**
   * The names in one statement.
   * @param all what `ofLines` has for its company
   */
  async ofStatement(
    tx: Tx,
    statement: Statement,
    corrections: readonly StatementCorrection[],
    all: LineNames = { ...NO_NAMES, company: statement.tenantId },
  ): Promise<StatementNames> {
    const jobIds = [...new Set([...statement.jobs, ...corrections].map(({ jobId }) => jobId))];
    const jobs = await jobNames(tx, jobIds);
    const named = new Set(sourcesOf(statement, corrections));
    const onlyNamed = <T>(byGrant: Readonly<Record<string, T>>): Record<string, T> =>
      Object.fromEntries(Object.entries(byGrant).filter(([id]) => named.has(grantSource(id))));
    return {
      ...all,
      jobs: Object.fromEntries(jobIds.flatMap((id) => known(id, jobs.get(id)))),
      grants: onlyNamed(all.grants),
      programmes: onlyNamed(all.programmes),
      formerProgrammeNames: onlyNamed(all.formerProgrammeNames),
      documents: onlyNamed(all.documents),
    };
  }
}

/** The names of a company among `companies`; its id where it has none. */
export function companyNames(companies: ReadonlyMap<string, CompanyNames>, id: string): CompanyNames {
  return companies.get(id) ?? { companyName: id, creditCode: '', formerCompanyNames: [] };
}

function known<T>(id: string, value: T | undefined): [string, T][] {
  return value === undefined ? [] : [[id, value]];
}

function someOf(id: string, values: readonly string[] = []): [string, readonly string[]][] {
  return values.length === 0 ? [] : [[id, values]];
}

function sourcesOf({ accounts, jobs }: Statement, corrections: readonly StatementCorrection[]): string[] {
  return [
    ...accounts.map(({ account }) => account),
    ...jobs.flatMap(({ shares }) => shares.map(({ source }) => source)),
    ...corrections.map(({ source }) => source),
  ];
}
