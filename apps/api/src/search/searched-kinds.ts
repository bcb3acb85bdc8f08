import { Injectable } from '@nestjs/common';
import { searchApplications } from '#applications';
import type { MatchRank, TextSearch, Tx } from '#database';
import { searchGrants } from '#grants';
import { type Action, may, type Principal, searchUsers } from '#identity';
import { searchJobs } from '#jobs';
import { ProgrammesService, searchProgrammes } from '#programmes';
import { type ListedMonth, MonthListService } from '#statements';
import { CompaniesService, searchCompanies, searchMembers } from '#tenancy';
import { monthPrefix } from './month-prefix.ts';
import type { Match } from './ranking.ts';

/** Asks each module for what matches, where the reader may take the action by which its objects are read. */
@Injectable()
export class SearchedKinds {
  constructor(
    private readonly companies: CompaniesService,
    private readonly programmes: ProgrammesService,
    private readonly months: MonthListService,
  ) {}

  /** At most `limit` matches of each kind, each kind's best first. */
  async matches(tx: Tx, reader: Principal, search: TextSearch): Promise<Match[]> {
    const { tenantId } = reader;
    const asked = async <Found>(action: Action, query: () => Promise<Found[]>): Promise<Found[]> =>
      may(reader, action) ? await query() : [];
    const companies = await asked('company.read', () => searchCompanies(tx, search, tenantId));
    const programmes = await asked('programme.read', () => searchProgrammes(tx, reader, search));
    const related = {
      ...search,
      ...(tenantId !== undefined && { tenantId }),
      // To those of a company, everything belongs to their company.
      companyIds: tenantId === undefined ? companies.map(({ id }) => id) : [],
      programmeIds: programmes.map(({ id }) => id),
    };
    const applications = await asked('application.read', () => searchApplications(tx, related));
    const grants = await asked('grant.read', () => searchGrants(tx, related));
    const jobs = await asked('job.read', () => searchJobs(tx, search, tenantId));
    const people =
      tenantId === undefined
        ? await asked('user.manage', () => searchUsers(tx, search))
        : await asked('member.read', () => searchMembers(tx, search, tenantId));
    const months = await asked(tenantId === undefined ? 'month.read' : 'statement.read', () => this.#months(tx, search));
    const ofCompany = await this.#companyFields(tx, reader, [...applications, ...grants, ...jobs]);
    const programmeNames = await this.#programmeNames(tx, applications);
    return [
      ...companies.map(({ rank, id, name, creditCode }): Match => ({
        rank,
        result: { kind: 'company', id, name, detail: creditCode, companyId: id },
      })),
      ...programmes.map(({ rank, id, name, code, funder }): Match => ({
        rank,
        result: { kind: 'programme', id, name, detail: `${code}, ${funder}` },
      })),
      ...applications.map(({ rank, id, tenantId: owner, programmeId, status }): Match => {
        const name = programmeNames.get(programmeId) ?? id;
        return { rank, result: { kind: 'application', id, name, detail: status, ...ofCompany(owner) } };
      }),
      ...grants.map(({ rank, id, name, tenantId: owner }): Match => ({
        rank,
        result: { kind: 'grant', id, name, detail: id, ...ofCompany(owner) },
      })),
      ...jobs.map(({ rank, id, name, state, tenantId: owner }): Match => ({
        rank,
        result: { kind: 'job', id, name, detail: state, ...ofCompany(owner) },
      })),
      ...people.map(({ rank, id, name, email }): Match => ({
        rank,
        result: { kind: 'person', id, name, detail: email, ...(tenantId !== undefined && { companyId: tenantId }) },
      })),
      ...months.map(({ rank, month, state }): Match => {
        const found = { id: month, name: month, detail: state };
        return {
          rank,
          result: tenantId === undefined ? { kind: 'month', ...found } : { kind: 'statement', ...found, companyId: tenantId },
        };
      }),
    ];
  }

  /** The months that begin with the text, the latest first. Only a text that begins with a year is looked for. */
  async #months(tx: Tx, { text, limit }: TextSearch): Promise<(ListedMonth & { readonly rank: MatchRank })[]> {
    const wanted = monthPrefix(text);
    if (wanted === undefined) return [];
    return (await this.months.list(tx))
      .filter(({ month }) => month.startsWith(wanted))
      .slice(0, limit)
      .map((listed) => ({ ...listed, rank: listed.month === wanted ? 0 : 1 }));
  }

  /** The fields that name the company of a result; its name for the people of the park, to whom results of many companies are shown. */
  async #companyFields(
    tx: Tx,
    reader: Principal,
    found: readonly { readonly tenantId: string }[],
  ): Promise<(id: string) => { companyId: string; companyName?: string }> {
    if (reader.tenantId !== undefined) return (companyId) => ({ companyId });
    const companies = await this.companies.byIds(tx, [...new Set(found.map(({ tenantId }) => tenantId))]);
    return (companyId) => {
      const company = companies.get(companyId);
      return { companyId, ...(company !== undefined && { companyName: company.name }) };
    };
  }

  async #programmeNames(tx: Tx, applications: readonly unknown[]): Promise<Map<string, string>> {
    if (applications.length === 0) return new Map();
    return new Map((await this.programmes.list(tx)).map(({ id, name }) => [id, name]));
  }
}
