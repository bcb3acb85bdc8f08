import { requireAcceptable, safeFileName } from './attachment.ts';

describe('an attachment', () => {
  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\fakepath\\营业执照.pdf', '营业执照.pdf'],
    ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
    ['a"b\r\nSet-Cookie: x.pdf', 'abSet-Cookie x.pdf'],
    ['..', 'attachment'],
    ['', 'attachment'],
  ])('named %j is kept as %j', (given, kept) => {
    expect(safeFileName(given)).toBe(kept);
  });

  it('keeps the ending of an endless name', () => {
    expect(safeFileName(`${'x'.repeat(500)}.pdf`)).toMatch(/^x+….*x\.pdf$/);
    expect(safeFileName(`${'x'.repeat(500)}.pdf`).length).toBeLessThan(150);
  });

  it('is what its content shows, within the size', () => {
    expect(requireAcceptable(10, 'application/pdf')).toBe('application/pdf');
    expect(() => requireAcceptable(10, 'application/x-msdownload')).toThrow('attachment.type');
    expect(() => requireAcceptable(10, undefined)).toThrow('attachment.type');
    expect(() => requireAcceptable(0, 'application/pdf')).toThrow('attachment.size');
    expect(() => requireAcceptable(20 * 1024 * 1024 + 1, 'application/pdf')).toThrow('attachment.size');
  });
});
