import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { streamInTransaction, type Tx, Transactions } from '#database';
import { BusinessCalendar, type Month } from '#kernel';
import { csvLines } from './readable/csv-lines.ts';
import { focusLines } from './readable/focus-lines.ts';
import type { ReadableOptions } from './readable/readable-statement.ts';
import { StatementLinesService } from './statement-lines.service.ts';

/** Formats that list one line after the other, in constant memory. */
export type LineFormat = 'csv' | 'focus';

/** The lines of statements as files that are made while they are read (rule T5). */
@Injectable()
export class StatementExportsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly lines: StatementLinesService,
    private readonly calendar: BusinessCalendar,
  ) {}

  /** The lines of a company in `month`, or of all companies that the transaction may read. */
  export(month: Month, format: LineFormat, options: ReadableOptions, tenantId?: string): Readable {
    return streamInTransaction(this.transactions, (tx) => this.#written(tx, month, format, options, tenantId));
  }

  async *#written(tx: Tx, month: Month, format: LineFormat, options: ReadableOptions, tenantId?: string): AsyncGenerator<string> {
    const names = await this.lines.namesOf(tx, month, tenantId);
    const jobs = this.lines.jobs(tx, month, tenantId);
    const periodOf = (of: Month) => ({ from: this.calendar.startOf(of), until: this.calendar.endOf(of) });
    yield* format === 'csv' ? csvLines(jobs, names, month, options) : focusLines(jobs, names, { park: options.park, month, periodOf });
  }
}
