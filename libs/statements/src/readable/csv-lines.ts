import { BYTE_ORDER_MARK, csvFieldsOf, csvHundredths, csvOf, hundredthGpuHours, type Month } from '#kernel';
import { type JobLine, type LineNames, sharesByMonth } from '../domain/job-line.ts';
import type { SourceShare } from '../domain/statement.ts';
import { jobColumns } from './job-table.ts';
import { documentsOf, sourceName } from './source-names.ts';
import { type Language, type Wording, wordingOf } from './wording.ts';

/**
 * One line per job, source and month that it belongs to, without totals, as they come: UTF-8 with BOM, RFC 4180, safe against formulas
 * (rule T5). The fields are the month, the company, the cells of `jobCells` and the month that the line belongs to, which is an earlier one
 * for what came late; those that lines have in common are made once, because there may be a million lines.
 * @param names by company
 */
export async function* csvLines(
  batches: AsyncIterable<readonly JobLine[]>,
  names: ReadonlyMap<string, LineNames>,
  month: Month,
  { language }: { readonly language: Language },
): AsyncGenerator<string> {
  const wording = wordingOf(language);
  const headings = [
    wording.month,
    wording.company,
    wording.creditCode,
    ...jobColumns(wording).map(({ title }) => title),
    wording.belongsTo,
  ];
  yield BYTE_ORDER_MARK + csvOf([headings]);
  const companies = new CompanyFields(names, month, wording);
  for await (const jobs of batches) {
    let lines = '';
    for (const job of jobs) {
      const { shared, sourceFields } = companies.of(job.tenantId);
      const jobFields = csvFieldsOf([job.name, job.jobId, job.gpuClass]);
      for (const [belongsTo, shares] of sharesByMonth(job, month)) {
        for (const share of shares) lines += `${shared},${jobFields},${sourceFields(share.source)},${figures(share)},${belongsTo}\r\n`;
      }
    }
    if (lines !== '') yield lines;
  }
}

const NOTHING = csvHundredths(0n).decimal;

/** The numbers of `jobCells`. */
function figures({ source, unit, amount, gpuSeconds, listFen }: SourceShare): string {
  const list = csvHundredths(listFen).decimal;
  const borne =
    source === 'wallet' ? [NOTHING, list, NOTHING] : source === 'absorbed' ? [NOTHING, NOTHING, list] : [list, NOTHING, NOTHING];
  const debited = unit === 'CNY' ? `${csvHundredths(amount).decimal},` : `,${amount}`;
  return `${csvHundredths(hundredthGpuHours(gpuSeconds)).decimal},${gpuSeconds},${list},${borne.join(',')},${debited}`;
}

interface Fields {
  /** Month, name and credit code. */
  readonly shared: string;
  /** Name, documents and id of a source. */
  readonly sourceFields: (source: string) => string;
}

/** The fields that the lines of one company have in common, made once for each company. */
class CompanyFields {
  #tenantId: string | undefined;
  #fields: Fields | undefined;

  constructor(
    private readonly names: ReadonlyMap<string, LineNames>,
    private readonly month: Month,
    private readonly wording: Wording,
  ) {}

  of(tenantId: string): Fields {
    if (this.#fields === undefined || this.#tenantId !== tenantId) {
      this.#tenantId = tenantId;
      this.#fields = this.#made(this.names.get(tenantId), tenantId);
    }
    return this.#fields;
  }

  #made(names: LineNames | undefined, tenantId: string): Fields {
    const { month, wording } = this;
    const known = new Map<string, string>();
    const made = (source: string): string =>
      names === undefined
        ? csvFieldsOf([source, '', source])
        : csvFieldsOf([sourceName(source, names, wording), documentsOf(source, names, wording) ?? '', source]);
    return {
      shared:
        names === undefined
          ? csvFieldsOf([month, tenantId, ''])
          : csvFieldsOf([month, wording.formerly(names.company, names.formerCompanyNames), names.creditCode]),
      sourceFields: (source) => {
        const found = known.get(source) ?? made(source);
        known.set(source, found);
        return found;
      },
    };
  }
}
