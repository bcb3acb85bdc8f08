import { PassThrough, Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import yazl from 'yazl';
import { Transactions, type Tx } from '#database';
import { GrantsService } from '#grants';
import { may, type Principal } from '#identity';
import { Clock, type Month } from '#kernel';
import { ProgrammesService } from '#programmes';
import { closedAt } from './closed-months.ts';
import { issuedSettlement, issuedStatement, jsonFile } from './issued-documents.ts';
import { MonthRecordEntity } from './month-record.entity.ts';
import { MonthRecordsService } from './month-records.service.ts';
import { fileNameOf } from './readable/file-name.ts';
import type { ReadableDocument } from './readable/readable-document.ts';
import { type ReadableFormat, readableFile } from './readable/readable-file.ts';
import { readableSettlement } from './readable/readable-settlement.ts';
import { type ReadableOptions, readableStatement } from './readable/readable-statement.ts';
import { withinXlsxRows } from './readable/xlsx-rows.ts';
import { SettlementsService } from './settlements.service.ts';
import { StatementDocumentsService } from './statement-documents.service.ts';
import { StatementExportsService } from './statement-exports.service.ts';
import { StatementLinesService } from './statement-lines.service.ts';
import { StatementEntity } from './statement.entity.ts';

/** Formats of the files in the archive of a month, beside JSON, which is always there: it is what can be verified. */
export const ARCHIVE_FORMATS = ['csv', 'xlsx', 'pdf', 'focus'] as const;
export type ArchiveFormat = (typeof ARCHIVE_FORMATS)[number];

interface Entry {
  readonly path: string;
  /** Whether deflating makes it smaller. */
  readonly compress: boolean;
  readonly open: () => Promise<Readable | Buffer>;
}

/**
 * A month as one ZIP: every statement and settlement list in JSON and the formats asked for, and the record of the month (`month.json`).
 * It is made while it is read, file by file; one that was interrupted has no directory at its end, and no program opens it.
 */
@Injectable()
export class MonthArchiveService {
  constructor(
    private readonly transactions: Transactions,
    private readonly documents: StatementDocumentsService,
    private readonly settlements: SettlementsService,
    private readonly exports: StatementExportsService,
    private readonly lines: StatementLinesService,
    private readonly records: MonthRecordsService,
    private readonly grants: GrantsService,
    private readonly programmes: ProgrammesService,
    private readonly clock: Clock,
  ) {}

  /** What `reader` may read of `month`: a company gets its own statement, and its own lines of settlement lists. */
  async archive(reader: Principal, month: Month, formats: readonly ArchiveFormat[], options: ReadableOptions): Promise<Readable> {
    const entries = await this.transactions.run(async (tx) => [
      ...(await this.#record(tx, reader, month)),
      ...(await this.#statements(tx, reader, month, formats, options)),
      ...(await this.#settlements(tx, reader, month, formats, options)),
    ]);
    return zipped(entries, this.clock.now());
  }

  async #record(tx: Tx, reader: Principal, month: Month): Promise<Entry[]> {
    if (!may(reader, 'month.read') || !(await tx.existsBy(MonthRecordEntity, { month }))) return [];
    const record = await this.records.get(tx, month);
    return [{ path: 'month.json', compress: true, open: () => Promise.resolve(jsonFile(record)) }];
  }

  async #statements(
    tx: Tx,
    { tenantId }: Principal,
    month: Month,
    formats: readonly ArchiveFormat[],
    options: ReadableOptions,
  ): Promise<Entry[]> {
    const names = await this.lines.namesOf(tx, month, tenantId);
    const closed = (await closedAt(tx, month)) !== undefined;
    const final = closed ? await tx.find(StatementEntity, { select: { tenantId: true }, where: { month } }) : [];
    const ids = closed ? final.map((statement) => statement.tenantId) : [...names.keys()];
    return ids.sort().flatMap((id) => {
      const { company = id, creditCode = id } = names.get(id) ?? {};
      const path = `statements/${fileNameOf(`${creditCode}-${company}`)}/statement-${month}`;
      const read = () => this.transactions.run((own) => this.documents.statement(own, id, month));
      return [
        { path: `${path}.json`, compress: true, open: async () => jsonFile(issuedStatement(await read())) },
        ...formats.map((format) => ({
          ...{ path: `${path}.${extensionOf(format)}`, compress: isText(format) },
          open: async () =>
            isText(format)
              ? this.exports.export(month, format, options, id)
              : await archivedFile(readableStatement(await read(), options), format),
        })),
      ];
    });
  }

  async #settlements(
    tx: Tx,
    reader: Principal,
    month: Month,
    formats: readonly ArchiveFormat[],
    options: ReadableOptions,
  ): Promise<Entry[]> {
    const given = new Set((await this.grants.list(tx, reader.tenantId)).map(({ programmeId }) => programmeId));
    const programmes = (await this.programmes.list(tx)).filter(({ id, status }) => given.has(id) && status !== 'draft');
    const files = formats.filter((format): format is ReadableFormat => format !== 'focus');
    return programmes.flatMap(({ id, code }) => {
      const path = `settlements/${fileNameOf(code)}/settlement-${month}`;
      const read = () => this.transactions.run((own) => this.settlements.read(own, reader, id, month));
      return [
        { path: `${path}.json`, compress: true, open: async () => jsonFile(issuedSettlement(await read())) },
        ...files.map((format) => ({
          ...{ path: `${path}.${format}`, compress: isText(format) },
          open: async () => await archivedFile(readableSettlement(await read(), options), format),
        })),
      ];
    });
  }
}

/** A workbook that would be too long has the rest of its tables, so that the other files of the archive are not lost with it. */
async function archivedFile(document: ReadableDocument, format: ReadableFormat): Promise<Readable | Buffer> {
  return await readableFile(format === 'xlsx' ? withinXlsxRows(document) : document, format);
}

function isText(format: ArchiveFormat): format is 'csv' | 'focus' {
  return format === 'csv' || format === 'focus';
}

/** What follows the name of a file of this format. */
export function extensionOf(format: ArchiveFormat | 'json'): string {
  return format === 'focus' ? 'focus.csv' : format;
}

/** The entries one after the other; each is opened when it is its turn. A failure destroys the stream. */
function zipped(entries: readonly Entry[], mtime: Date): Readable {
  const zip = new yazl.ZipFile();
  const out = new PassThrough();
  let reading: Readable | undefined;
  const fail = (error: unknown): void => void out.destroy(error instanceof Error ? error : new Error(String(error)));
  out.on('close', () => void reading?.destroy());
  zip.on('error', fail);
  for (const { path, compress, open } of entries) {
    zip.addReadStreamLazy(path, { mtime, compress }, (opened) => {
      open().then((content) => {
        const stream = Buffer.isBuffer(content) ? Readable.from([content]) : content;
        reading = stream;
        stream.on('error', fail);
        if (out.destroyed) stream.destroy();
        opened(null, stream);
      }, fail);
    });
  }
  zip.end();
  zip.outputStream.on('error', fail).pipe(out);
  return out;
}
