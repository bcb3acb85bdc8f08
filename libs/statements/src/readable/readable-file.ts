import type { Readable } from 'node:stream';
import type { ReadableDocument } from './readable-document.ts';
import { csvFile } from './readable-csv.ts';

/** Formats of files for people. */
export const READABLE_FORMATS = ['csv', 'xlsx', 'pdf'] as const;
export type ReadableFormat = (typeof READABLE_FORMATS)[number];

export const MEDIA_TYPES: Readonly<Record<ReadableFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf',
};

/** `document` as a file: made whole, except for XLSX. */
export async function readableFile(document: ReadableDocument, format: ReadableFormat): Promise<Readable | Buffer> {
  if (format === 'csv') return Buffer.from(csvFile(document));
  // The writers and the font are large, and most processes write no file.
  if (format === 'xlsx') return await (await import('./readable-xlsx.ts')).xlsxFile(document);
  return await (await import('./readable-pdf.ts')).pdfFile(document);
}
