/** The same key for all spellings of a bank reference: full-width letters, case and spaces do not matter. */
export function referenceKey(reference: string): string {
  return reference.normalize('NFKC').toUpperCase().replace(/\s/gu, '');
}
