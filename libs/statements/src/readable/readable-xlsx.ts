import type { Readable } from 'node:stream';
import { DateTime } from 'luxon';
import writeExcelFile, { type Cell, type CellObject, type Row, type Sheet } from 'write-excel-file/node';
import { csvHundredths, hundredthGpuHours } from '#kernel';
import type { ReadableDocument, ReadableTable, ReadableValue } from './readable-document.ts';
import { textOf } from './readable-text.ts';
import { wordingOf } from './wording.ts';

const WIDEST_COLUMN = 60;
const NARROWEST_COLUMN = 8;
const HEADER = { fontWeight: 'bold', backgroundColor: '#DDE7F0', alignVertical: 'center', wrap: true } as const;
const HUNDREDTHS = '#,##0.00';

/** A number of two decimals, read from its decimal text: no arithmetic on floating point takes part. */
function hundredths(integer: bigint): number {
  return Number(csvHundredths(integer).decimal);
}

/** Spreadsheets know no time zones: their date is what the clock of the park showed. */
function wallClock(at: DateTime): Date {
  return at.setZone('utc', { keepLocalTime: true }).toJSDate();
}

/** Numbers are numbers and dates are dates (rule T5). Text is a string cell, which no spreadsheet evaluates, whatever it begins with. */
function cellOf(value: ReadableValue, timeZone: string, bold: boolean): Cell {
  const style = bold ? { fontWeight: 'bold' as const } : {};
  if (value === undefined) return null;
  if (typeof value === 'string') return { value, type: String, ...style };
  if ('fen' in value) return { value: hundredths(value.fen), type: Number, format: HUNDREDTHS, ...style };
  if ('gpuHoursOf' in value) return { value: hundredths(hundredthGpuHours(value.gpuHoursOf)), type: Number, format: HUNDREDTHS, ...style };
  if ('gpuSeconds' in value) return { value: Number(value.gpuSeconds), type: Number, format: '#,##0', ...style };
  if ('month' in value) {
    return { value: wallClock(DateTime.fromISO(`${value.month}-01`, { zone: timeZone })), type: Date, format: 'yyyy-mm', ...style };
  }
  return { value: wallClock(DateTime.fromJSDate(value.at, { zone: timeZone })), type: Date, format: 'yyyy-mm-dd hh:mm:ss', ...style };
}

/** How many characters of Latin script a text is as wide as: Chinese ones count twice. */
function displayWidth(text: string): number {
  return text.replaceAll(/[\u2e80-\u{3ffff}]/gu, 'WW').length;
}

function widthOf(texts: readonly string[]): number {
  const widest = texts.reduce((width, text) => Math.max(width, displayWidth(text)), NARROWEST_COLUMN);
  return Math.min(widest, WIDEST_COLUMN) + 2;
}

function header(title: string, numeric: boolean): CellObject {
  return { value: title, type: String, ...HEADER, align: numeric ? 'right' : 'left' };
}

function tableSheet({ title, columns, rows, total }: ReadableTable, timeZone: string): Sheet<Buffer> {
  const all = total === undefined ? rows : [...rows, total];
  return {
    sheet: title,
    orientation: 'landscape',
    stickyRowsCount: 1,
    columns: columns.map((column, index) => ({
      width: widthOf([column.title, ...all.map(({ values }) => textOf(values[index], timeZone))]),
    })),
    data: [
      columns.map((column): Cell => header(column.title, column.numeric === true)),
      ...all.map(({ values, bold }): Row => values.map((value) => cellOf(value, timeZone, bold === true))),
    ],
  };
}

function summarySheet({ language, timeZone, park, title, heading, totals, digest }: ReadableDocument): Sheet<Buffer> {
  const wording = wordingOf(language);
  const facts = [...heading, { name: wording.digest, value: digest }, ...totals];
  return {
    sheet: wording.summary,
    stickyRowsCount: 1,
    columns: [
      { width: widthOf(facts.map(({ name }) => name)) },
      { width: widthOf([`${park} ${title}`, ...facts.map(({ value }) => textOf(value, timeZone))]) + NARROWEST_COLUMN },
    ],
    data: [
      [header(title, false), header(park, false)],
      ...facts.map(({ name, value }): Row => {
        const cell = cellOf(value, timeZone, false);
        return [
          { value: name, type: String, fontWeight: 'bold' },
          typeof cell === 'object' && cell !== null && 'value' in cell ? { ...cell, align: 'left' } : cell,
        ];
      }),
    ],
  };
}

/** A workbook of several sheets: the summary, then one for each table; headers are frozen, totals are values (rule T5). */
export async function xlsxFile(document: ReadableDocument): Promise<Readable> {
  const sheets = [summarySheet(document), ...document.tables.map((table) => tableSheet(table, document.timeZone))];
  const written = writeExcelFile(sheets, { fontFamily: 'Microsoft YaHei', fontSize: 10 });
  return await (written.toStream as () => Promise<Readable>)();
}
