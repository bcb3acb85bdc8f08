import fc from 'fast-check';
import { harmless, lastState } from './terminal-text.ts';

describe('what others wrote, on a terminal', () => {
  it.each([
    ['a title', '\x1b]0;owned\x07training', 'training'],
    ['a colour', '\x1b[31mloss\x1b[0m 1.9', 'loss 1.9'],
    ['a cleared screen', '\x1b[2J\x1b[Hepoch 1', 'epoch 1'],
    ['a single control character', 'a\bb\x07', 'a␈b␇'],
    ['an escape that is cut off', 'loss \x1b', 'loss ␛'],
    ['an introducer of C1', 'a\x9b', 'a\\u009b'],
    ['a direction of writing', 'a\u202eb', 'a\\u202eb'],
    ['Chinese, tabs and lines', '训练完成\tepoch\n2', '训练完成\tepoch\n2'],
  ])('%s does no harm', (_what, text, shown) => {
    expect(harmless(text)).toBe(shown);
  });

  it('has no control character left but tab and line feed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(harmless(text)).not.toMatch(/[^\P{Cc}\t\n]/u);
      }),
    );
  });

  it('shows the last state of a line that was written over', () => {
    expect(lastState('Downloading:  10%|#   |\rDownloading:  50%|##  |\rDownloading: 100%|####|')).toBe('Downloading: 100%|####|');
    expect(lastState(' 99%\r100%\r')).toBe('100%');
    expect(lastState('')).toBe('');
  });
});
