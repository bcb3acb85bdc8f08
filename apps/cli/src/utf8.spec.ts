import { UsageError } from './failures.ts';
import { requireUtf8, STANDARD_INPUT, utf8Text } from './utf8.ts';

const GBK = Buffer.concat([Buffer.from('kind: Job\nnote: '), Buffer.from([0xd1, 0xb5, 0xc1, 0xb7]), Buffer.from('\nlast: line\n')]);

function refusalOf(act: () => unknown): UsageError {
  try {
    act();
  } catch (error) {
    if (error instanceof UsageError) return error;
  }
  throw new Error('it was taken');
}

describe('what is read', () => {
  it('is UTF-8, with or without a byte order mark', () => {
    expect(utf8Text('job.yaml', Buffer.from('note: 训练 😀'))).toBe('note: 训练 😀');
    expect(utf8Text('job.yaml', Buffer.from('\ufeffnote: 训练'))).toBe('note: 训练');
    expect(utf8Text('job.yaml', Buffer.alloc(0))).toBe('');
  });

  it('is refused in another encoding, with the line and what to do', () => {
    const { message, remedy } = refusalOf(() => utf8Text('gbk-job.yaml', GBK));
    expect([message, remedy]).toEqual([
      'gbk-job.yaml is not UTF-8 (line 2).',
      'Save it as UTF-8, or convert it: iconv -f GBK -t UTF-8 gbk-job.yaml',
    ]);
    const utf16 = Buffer.from('\ufeffkind: Job', 'utf16le');
    expect(refusalOf(() => utf8Text(STANDARD_INPUT, utf16)).remedy).toBe('Save it as UTF-8, or convert it: iconv -f UTF-16 -t UTF-8');
  });

  it('is refused among the words of the command, where Node has replaced it', () => {
    expect(refusalOf(() => requireUtf8(['submit', '--env', 'NOTE=ѵ\ufffd'])).message).toContain('not UTF-8');
    expect(() => requireUtf8(['submit', '--env', 'NOTE=训练'])).not.toThrow();
  });
});
