import { z } from 'zod';
import {
  ARCHIVE_FORMATS,
  extensionOf,
  jsonFile,
  LANGUAGES,
  MEDIA_TYPES,
  READABLE_FORMATS,
  type ReadableDocument,
  readableFile,
  type ReadableOptions,
  requireXlsxRows,
} from '#statements';
import type { Download } from '../http/download.ts';
import type { ApiSettings } from '../settings.ts';

const lang = z.enum(LANGUAGES).default('zh').describe('The language of `csv`, `xlsx` and `pdf`');

export const settlementQuery = z.strictObject({
  format: z
    .enum(['json', ...READABLE_FORMATS])
    .default('json')
    .describe('`json` is the canonical form that the digest is over, for programs'),
  lang,
});
export type SettlementQuery = z.infer<typeof settlementQuery>;

export const statementQuery = z.strictObject({
  format: z
    .enum(['json', ...ARCHIVE_FORMATS])
    .default('json')
    .describe('`json` is the canonical form that the digest is over; `focus` is CSV of usage and credits as FOCUS 1.2 has it'),
  lang,
});
export type StatementQuery = z.infer<typeof statementQuery>;

export const linesQuery = z.strictObject({ format: z.enum(['csv', 'focus']).default('csv'), lang });
export type LinesQuery = z.infer<typeof linesQuery>;

export const archiveQuery = z.strictObject({
  formats: z
    .string()
    .default('xlsx,pdf')
    .transform((text) => [...new Set(text.split(','))].filter((format) => format !== 'json'))
    .pipe(z.array(z.enum(ARCHIVE_FORMATS)))
    .meta({ type: 'string' })
    .describe('`csv`, `xlsx`, `pdf` and `focus`, separated by commas; `json` is always there'),
  lang,
});
export type ArchiveQuery = z.infer<typeof archiveQuery>;

const ALL_TYPES = { json: 'application/json; charset=utf-8', focus: 'text/csv; charset=utf-8', ...MEDIA_TYPES } as const;

/** The description of a route that answers with a file of one of these media types. */
export function describedFile(...types: readonly string[]) {
  return {
    description: 'A file; its digest is in the header or the trailer `Content-Digest`',
    content: Object.fromEntries(
      types.map((type) => [
        type,
        { schema: { type: 'string' as const, format: 'binary' }, ...(type === 'application/json' && { example: '{"month":"2026-10"}' }) },
      ]),
    ),
  };
}

export const DESCRIBED_FILE = describedFile('application/json', ...Object.values(MEDIA_TYPES).map((type) => type.replace(/;.*/, '')));

export function readableOptions(language: ReadableOptions['language'], { park, timeZone }: ApiSettings): ReadableOptions {
  return { language, park: park.name, timeZone };
}

/** A file whose lines are sent while they are read from the database. */
export function lineFile(name: string, format: 'csv' | 'focus', content: Download['content']): Download {
  return { content, mediaType: ALL_TYPES[format], name, extension: extensionOf(format) };
}

/** A document as the requested file; `issued` is the document for programs. @throws DomainError `file.too-many-rows` for XLSX */
export async function documentFile(document: ReadableDocument, issued: object, { format }: SettlementQuery): Promise<Download> {
  if (format === 'xlsx') requireXlsxRows(document);
  const content = format === 'json' ? jsonFile(issued) : await readableFile(document, format);
  return { content, mediaType: ALL_TYPES[format], name: document.fileName, extension: format };
}
