import fc from 'fast-check';
import { faultOfImage } from './image-reference.ts';

const HEX = 'a'.repeat(64);

describe('image references', () => {
  it.each([
    'busybox',
    'train:1.4',
    'jiding/train',
    'registry.park.example/jiding/train:1.4',
    'registry.park.example:5000/a/b/c:v1_2.3-rc',
    'localhost/x',
    'localhost:5000/x',
    '[2001:db8::1]:5000/x:1',
    'Registry.Park.Example/x',
    'a.b/c__d/e--f/g_h.i:T',
    '0:A..',
    'train:1..4',
    `train@sha256:${HEX}`,
    `registry.park.example/train:1@sha256:${HEX}`,
    `train@sha512:${HEX}${HEX}`,
  ])('%s is one', (reference) => {
    expect(faultOfImage(reference)).toBeUndefined();
  });

  it.each([
    ['http://evil/x', 'scheme'],
    ['a/../../b', '".."'],
    ['a:b:c', '"b:c"'],
    ['a//b', 'empty'],
    ['/a', 'empty'],
    ['a/', 'empty'],
    ['', 'empty'],
    ['registry.park.example/Train', '"Train"'],
    ['Train/x', '"Train"'],
    ['Train', '"Train"'],
    ['a___b', '"a___b"'],
    ['a..b', '"a..b"'],
    ['-a', '"-a"'],
    ['a.', '"a."'],
    ['train 1.4', '"train 1.4"'],
    ['训练', '"训练"'],
    ['a:', '"" is not a tag'],
    ['a:.x', '".x"'],
    [`a:${'t'.repeat(129)}`, 'tag'],
    ['registry.park.example:x/a', 'host and port'],
    ['registry.park.example:/a', 'host and port'],
    ['registry..example/a', 'host and port'],
    ['-registry.example/a', 'host and port'],
    ['a@sha256:beef', 'digest'],
    [`a@md5:${HEX}`, 'digest'],
    [`a@sha256:${HEX.toUpperCase()}`, 'digest'],
    [`a@sha256:${HEX}@sha256:${HEX}`, 'more than one'],
    [HEX, 'id of an image'],
    [`registry.park.example/${'a/'.repeat(120)}abc`, 'longer than 255'],
    ['a'.repeat(100_000), 'longer than'],
    ['a\n', '"a\n"'],
  ])('%j is none', (reference, why) => {
    expect(faultOfImage(reference)).toContain(why);
  });

  it('hold nothing that a registry, a path or a shell could take for something else', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z0-9./:@_ $'-]{1,30}$/), (reference) => {
        if (faultOfImage(reference) !== undefined) return;
        expect(reference).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9._:/@-]*$/);
        // Dots may follow each other in a tag alone: the grammar of a tag is [\w][\w.-]{0,127}, and no path comes of it.
        expect(reference).not.toMatch(/\/\/|\/\.|:\/|\/$/);
        expect(reference.replace(/:[^/:]*$/, '')).not.toContain('..');
      }),
      { numRuns: 2_000 },
    );
  });
});
