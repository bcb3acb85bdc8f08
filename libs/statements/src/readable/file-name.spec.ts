import { fileNameOf } from './file-name.ts';

describe('the name of a company in the name of a file', () => {
  it.each([
    ['极订（上海）智能', '极订（上海）智能'],
    ['a/b\\c:d*e?f"g<h>i|j', 'abcdefghij'],
    ['..', '_'],
    ['.hidden', 'hidden'],
    // Windows does not open a folder whose name ends with a dot or a space.
    ['Lumen Robotics Co., Ltd.', 'Lumen Robotics Co., Ltd'],
    [`${'x'.repeat(119)}. more`, 'x'.repeat(119)],
    ['‮fdp.exe', 'fdp.exe'],
  ])('%j is %j', (name, expected) => {
    expect(fileNameOf(name)).toBe(expected);
  });
});
