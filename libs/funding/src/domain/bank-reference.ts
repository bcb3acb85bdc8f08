/** One spelling per bank reference: full-width and small letters, and spaces, make no other one of it. */
export function referenceKey(reference: string): string {
  return reference.normalize('NFKC').toUpperCase().replace(/\s/gu, '');
}
