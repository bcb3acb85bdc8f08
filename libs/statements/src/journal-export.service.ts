import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { streamInTransaction, type Tx, Transactions } from '#database';
import { GrantsService } from '#grants';
import { BusinessCalendar, BYTE_ORDER_MARK, type CsvField, csvHundredths, csvOf, type Instant, parseAccountCode } from '#kernel';
import { journalAccountKinds, type JournalLine, journalLines } from '#ledger';
import { ProgrammesService } from '#programmes';
import { CompaniesService } from '#tenancy';
import { type AccountMapping, type Dimension, mappedAccount } from './domain/account-mapping.ts';
import { type Language, type Wording, wordingOf } from './readable/wording.ts';

const HEADINGS: Readonly<Record<Language, readonly string[]>> = {
  zh: [
    ...['凭证号', '日期', '摘要', '科目代码', '科目名称', '借方金额', '贷方金额'],
    ...['企业', '统一社会信用代码', '补贴项目', 'GPU 类型', '作业', '所属账期', '备注'],
  ],
  en: [
    ...['Voucher', 'Date', 'Summary', 'Account code', 'Account', 'Debit (yuan)', 'Credit (yuan)'],
    ...['Company', 'Unified social credit code', 'Programme', 'GPU class', 'Job', 'Belongs to', 'Remark'],
  ],
};
/** More companies than a park has. */
const MOST_COMPANIES = 100_000;
/** Lines that one piece of the stream carries. */
const BATCH = 500;

interface JournalPeriod {
  readonly from: Instant;
  readonly until: Instant;
}

/** Names by the ids that the postings have. */
interface Names {
  readonly companies: ReadonlyMap<string, { readonly name: string; readonly creditCode: string | null }>;
  readonly programmes: ReadonlyMap<string, string>;
  /** Ids of programmes by the ids of grants. */
  readonly grants: ReadonlyMap<string, string>;
}

/** Exports the ledger's money as vouchers on the accounts of the park's chart. */
@Injectable()
export class JournalExportService {
  constructor(
    private readonly transactions: Transactions,
    private readonly companies: CompaniesService,
    private readonly programmes: ProgrammesService,
    private readonly grants: GrantsService,
    private readonly calendar: BusinessCalendar,
  ) {}

  /**
   * The entries of a period as CSV: an entry is a voucher, its postings are lines with a debit or a credit in yuan, which balance. What
   * leaves an account of the ledger is a debit, what it receives is a credit. The file is made while it is read.
   * @param language of the headings and of the summaries
   * @throws DomainError `journal.account-unmapped`, before anything is written
   */
  async export(period: JournalPeriod, mapping: AccountMapping, language: Language): Promise<Readable> {
    const moved = await this.transactions.snapshot((tx) => journalAccountKinds(tx, period));
    for (const { account, entry } of moved) mappedAccount(mapping, parseAccountCode(account).kind, entry);
    return streamInTransaction(this.transactions, (tx) => this.#written(tx, period, mapping, language));
  }

  async *#written(tx: Tx, period: JournalPeriod, mapping: AccountMapping, language: Language): AsyncGenerator<string> {
    const names = await this.#names(tx);
    yield BYTE_ORDER_MARK + csvOf([HEADINGS[language]]);
    let rows: CsvField[][] = [];
    for await (const line of journalLines(tx, period)) {
      rows.push(this.#rowOf(line, mapping, names, wordingOf(language)));
      if (rows.length < BATCH) continue;
      yield csvOf(rows);
      rows = [];
    }
    if (rows.length > 0) yield csvOf(rows);
  }

  #rowOf(line: JournalLine, mapping: AccountMapping, names: Names, { kinds }: Wording): CsvField[] {
    const { kind, owner } = parseAccountCode(line.account);
    const account = mappedAccount(mapping, kind, line.entry);
    const shows = (dimension: Dimension): boolean => account.dimensions.includes(dimension);
    const company = shows('company') ? names.companies.get(line.tenantId ?? '') : undefined;
    const programmeId = kind === 'grant' ? names.grants.get(owner) : kind === 'programme' ? owner : undefined;
    return [
      ...[line.entry, this.calendar.dayOf(line.effectiveAt), kinds[line.kind], account.code, account.name],
      line.amount < 0n ? csvHundredths(-line.amount) : '',
      line.amount > 0n ? csvHundredths(line.amount) : '',
      ...[company?.name ?? '', company?.creditCode ?? ''],
      shows('programme') ? (names.programmes.get(programmeId ?? '') ?? '') : '',
      shows('gpuClass') && kind === 'usage' ? owner : '',
      shows('job') ? (line.jobId ?? '') : '',
      ...[line.belongsTo ?? '', line.reason ?? ''],
    ];
  }

  async #names(tx: Tx): Promise<Names> {
    const [companies, programmes, grants] = [
      await this.companies.list(tx, { limit: MOST_COMPANIES }),
      await this.programmes.list(tx),
      await this.grants.list(tx),
    ];
    return {
      companies: new Map(companies.map(({ id, name, creditCode }) => [id, { name, creditCode }])),
      programmes: new Map(programmes.map(({ id, code }) => [id, code])),
      grants: new Map(grants.map(({ id, programmeId }) => [id, programmeId])),
    };
  }
}
