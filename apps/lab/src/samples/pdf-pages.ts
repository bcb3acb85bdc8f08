import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PIXELS_PER_INCH = '100';

/**
 * Writes each page of `pdf` beside it as PNG (`statement-1.png`), by `pdftoppm` of Debian's package poppler-utils.
 * @returns false where the machine does not have the program
 */
export async function writePages(pdf: string): Promise<boolean> {
  try {
    await run('pdftoppm', ['-r', PIXELS_PER_INCH, '-png', pdf, pdf.replace(/\.pdf$/, '')]);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
