import { BYTE_ORDER_MARK, csvOf, type Month } from '#kernel';
import type { JobLine, LineNames } from '../domain/job-line.ts';
import { jobCells, jobColumns } from './job-table.ts';
import { csvFieldOf } from './readable-text.ts';
import { documentsOf, sourceName } from './source-names.ts';
import { type Language, type Wording, wordingOf } from './wording.ts';

/**
 * One line per job and source, without totals, as they come: UTF-8 with BOM, RFC 4180, safe against formulas (rule T5).
 * @param names by company
 */
export async function* csvLines(
  batches: AsyncIterable<readonly JobLine[]>,
  names: ReadonlyMap<string, LineNames>,
  month: Month,
  { language, timeZone }: { readonly language: Language; readonly timeZone: string },
): AsyncGenerator<string> {
  const wording = wordingOf(language);
  const headings = [wording.month, wording.company, wording.creditCode, ...jobColumns(wording).map(({ title }) => title)];
  yield BYTE_ORDER_MARK + csvOf([headings]);
  const texts = new CompanyTexts(names, wording);
  for await (const jobs of batches) {
    // Job by job, so that the cells of a batch are not in memory at once.
    let lines = '';
    for (const job of jobs) {
      const { shared, source } = texts.of(job.tenantId);
      lines += csvOf(
        job.shares.map((share) => {
          return [month, ...shared, ...jobCells(job, share, source(share.source)).map((value) => csvFieldOf(value, timeZone))];
        }),
      );
    }
    if (lines !== '') yield lines;
  }
}

interface Texts {
  readonly shared: readonly string[];
  readonly source: (source: string) => { readonly name: string; readonly documents: string | undefined };
}

/** The texts that the lines of one company have in common, made once for each company. */
class CompanyTexts {
  #tenantId: string | undefined;
  #texts: Texts | undefined;

  constructor(
    private readonly names: ReadonlyMap<string, LineNames>,
    private readonly wording: Wording,
  ) {}

  of(tenantId: string): Texts {
    if (this.#texts === undefined || this.#tenantId !== tenantId) {
      this.#tenantId = tenantId;
      this.#texts = this.#made(this.names.get(tenantId), tenantId);
    }
    return this.#texts;
  }

  #made(names: LineNames | undefined, tenantId: string): Texts {
    if (names === undefined) return { shared: [tenantId, ''], source: (source) => ({ name: source, documents: undefined }) };
    const known = new Map<string, ReturnType<Texts['source']>>();
    const made = (source: string) => ({
      ...{ name: sourceName(source, names, this.wording), documents: documentsOf(source, names, this.wording) },
    });
    return {
      shared: [this.wording.formerly(names.company, names.formerCompanyNames), names.creditCode],
      source: (source) => {
        const found = known.get(source) ?? made(source);
        known.set(source, found);
        return found;
      },
    };
  }
}
