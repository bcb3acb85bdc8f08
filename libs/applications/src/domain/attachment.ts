import { DomainError } from '#kernel';

const MEBIBYTE = 1024 * 1024;
const LARGEST_BYTES = 20 * MEBIBYTE;

/** The media types that are accepted, as found in the content. No content is served inline. */
const ACCEPTED: ReadonlyMap<string, string> = new Map([
  ['application/pdf', 'PDF'],
  ['image/png', 'PNG'],
  ['image/jpeg', 'JPEG'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'Word (.docx)'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'Excel (.xlsx)'],
]);

const KIND = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** @returns the media type found in the content @throws DomainError `attachment.size`, `attachment.type` */
export function requireAcceptable(sizeBytes: number, found: string | undefined): string {
  if (sizeBytes === 0 || sizeBytes > LARGEST_BYTES) {
    throw new DomainError('attachment.size', {
      field: '/content',
      detail: sizeBytes === 0 ? 'The file is empty.' : `The file is larger than ${LARGEST_BYTES / MEBIBYTE} MiB.`,
      remedy: 'Send the whole file, scanned at a lower resolution if need be.',
    });
  }
  if (found !== undefined && ACCEPTED.has(found)) return found;
  throw new DomainError('attachment.type', {
    field: '/content',
    detail: `The content of the file is ${found ?? 'of no known type'}; the name of the file does not count.`,
    remedy: `Send one of: ${[...ACCEPTED.values()].join(', ')}.`,
  });
}

/** @throws DomainError `attachment.kind` */
export function requireKind(kind: string): void {
  if (KIND.test(kind)) return;
  throw new DomainError('attachment.kind', {
    field: '/kind',
    detail: `"${kind}" is not a kind of attachment.`,
    remedy: 'Use one of the kinds that the programme requires, or "other".',
  });
}

/** A name that is only a name: no folders, no control or direction characters, not endless. */
export function safeFileName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const cleaned = last.replaceAll(/[\p{Cc}\p{Cf}"<>:|?*]/gu, '').trim();
  const short = cleaned.length <= 150 ? cleaned : `${cleaned.slice(0, 130)}…${cleaned.slice(-16)}`;
  return short === '' || /^\.+$/.test(short) ? 'attachment' : short;
}
