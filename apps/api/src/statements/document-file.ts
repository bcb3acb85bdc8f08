import { StreamableFile } from '@nestjs/common';
import { z } from 'zod';
import { canonicalJson } from '#kernel';
import { LANGUAGES, MEDIA_TYPES, READABLE_FORMATS, type ReadableDocument, readableFile, type ReadableOptions } from '#statements';
import type { ApiSettings } from '../settings.ts';

export const fileQuery = z.strictObject({
  format: z
    .enum(['json', ...READABLE_FORMATS])
    .default('json')
    .describe('`json` is the canonical form that the digest is over, for programs'),
  lang: z.enum(LANGUAGES).default('zh').describe('The language of `csv`, `xlsx` and `pdf`'),
});
export type FileQuery = z.infer<typeof fileQuery>;

/** What a route that answers with a file says of it. */
export const DESCRIBED_FILE = {
  description: 'A file',
  content: Object.fromEntries(
    ['application/json', ...Object.values(MEDIA_TYPES)].map((type) => [
      type.replace(/;.*/, ''),
      { schema: { type: 'string' as const, format: 'binary' }, ...(type === 'application/json' && { example: '{"month":"2026-10"}' }) },
    ]),
  ),
};

export function readableOptions({ lang }: FileQuery, { park, timeZone }: ApiSettings): ReadableOptions {
  return { language: lang, park: park.name, timeZone };
}

/** A name for old clients, and the real one in UTF-8 (RFC 6266); what file systems do not take is left out. */
function disposition(fileName: string, extension: string): string {
  // eslint-disable-next-line no-control-regex -- these are what no file name may have
  const bare = fileName.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069"*/:<>?\\|]/g, '').toWellFormed();
  const encoded = encodeURIComponent(`${bare}.${extension}`).replace(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
  return `attachment; filename="statement.${extension}"; filename*=UTF-8''${encoded}`;
}

/** A document as the file that was asked for; `canonical` is the same for programs. */
export async function documentFile(document: ReadableDocument, canonical: object, { format }: FileQuery): Promise<StreamableFile> {
  if (format === 'json') {
    const options = { type: 'application/json; charset=utf-8', disposition: disposition(document.fileName, format) };
    return new StreamableFile(Buffer.from(canonicalJson(canonical)), options);
  }
  const content = await readableFile(document, format);
  return new StreamableFile(content, { type: MEDIA_TYPES[format], disposition: disposition(document.fileName, format) });
}
