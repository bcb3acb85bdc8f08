import { readSync } from 'node:fs';
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';

/** A part of an archive that was changed after it was written. */
export interface ArchiveFault {
  /** The file in the archive, or the place. */
  readonly where: string;
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

export interface ReadArchive {
  readonly files: ReadonlyMap<string, Buffer>;
  readonly faults: readonly ArchiveFault[];
}

/** The bytes of an archive: in memory, or in a file that may be larger than memory. */
export interface ArchiveBytes {
  readonly length: number;
  /** Fewer where they end before. */
  read(from: number, length: number): Buffer;
}

/** The most that one call of the operating system reads. */
const MOST_AT_ONCE = 1 << 30;

/** An archive in memory. */
export function bytesOf(buffer: Buffer): ArchiveBytes {
  return { length: buffer.length, read: (from, length) => buffer.subarray(from, from + length) };
}

/** An archive in an open file. @param descriptor of the file, which the caller closes */
export function bytesOfFile(descriptor: number, length: number): ArchiveBytes {
  const read = (from: number, asked: number): Buffer => {
    const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(asked, length - from)));
    for (let got = 0; got < buffer.length;) {
      const count = readSync(descriptor, buffer, got, Math.min(buffer.length - got, MOST_AT_ONCE), from + got);
      if (count === 0) return buffer.subarray(0, got);
      got += count;
    }
    return buffer;
  };
  return { length, read };
}

const [LOCAL, CENTRAL, END, DESCRIPTOR, END_64, LOCATOR_64] = [0x04034b50, 0x02014b50, 0x06054b50, 0x08074b50, 0x06064b50, 0x07064b50];
const [LOCAL_BYTES, CENTRAL_BYTES, END_BYTES, DESCRIPTOR_BYTES] = [30, 46, 22, 16];
/** What large archives have (ZIP64): sizes, counts and places in 64 bits. */
const [END_64_BYTES, LOCATOR_64_BYTES, DESCRIPTOR_64_BYTES, EXTRA_64_BYTES] = [56, 20, 24, 28];
/** In place of what 16 and 32 bits cannot hold. */
const [MOST_16, MOST_32] = [0xffff, 0xffffffff];
/** Versions of the format that reading needs. */
const [PLAIN, LARGE] = [20, 45];
/** Begins what an entry has in 64 bits: three numbers. */
const HEADING_64 = '01001800';
/** Flag: sizes and checksum are after the data. */
const STREAMED = 8;
/** The fields before the time of a file, which is the same for all files of an archive. */
const TIME = '5554050003';
const TIME_BYTES = 9;
/** What the park writes: made on Unix with version 6.3 of the format, a regular file, without internal attributes. */
const [MADE_BY, MODE, INSIDE] = [(3 << 8) | 63, (0o100664 << 16) >>> 0, 0];

type Check = (where: string, what: string, expected: number | string, found: number | string) => void;

interface Directory {
  readonly count: number;
  readonly begin: number;
  /** Where the directory ends: the end of the archive begins there. */
  readonly endsAt: number;
}

interface CentralEntry {
  readonly name: string;
  readonly at: number;
  /** Version, flags, method, time and date. They are repeated before the data. */
  readonly repeated: string;
  readonly isStreamed: boolean;
  /** Whether its sizes and its place have 64 bits. */
  readonly isLarge: boolean;
  readonly method: number;
  readonly crc: number;
  readonly compressed: number;
  readonly uncompressed: number;
  readonly time: string;
  /** Bytes that it takes in the directory. */
  readonly length: number;
}

/**
 * Reads an archive of the park and checks each of its bytes. It reports as faults what other ZIP programs tolerate.
 * @param isKept by the name of a file: whether its content is in the result; the others are read, and forgotten
 * @throws Error if the file is no archive
 */
export function readArchive(bytes: ArchiveBytes, isKept: (name: string) => boolean = () => true): ReadArchive {
  const faults: ArchiveFault[] = [];
  const check: Check = (where, what, expected, found) => {
    if (expected !== found) faults.push({ where, what, expected: String(expected), found: String(found) });
  };
  const { count, begin, endsAt } = directoryOf(bytes, check);
  const files = new Map<string, Buffer>();
  let firstTime: string | undefined;
  let [at, next] = [begin, 0];
  for (let index = 0; index < count; index += 1) {
    const entry = at + CENTRAL_BYTES <= endsAt ? centralEntry(bytes, at, check) : undefined;
    if (entry === undefined) {
      check(`byte ${at + 1}`, 'is where a file of the directory begins', 'PK\u0001\u0002', 'something else');
      return { files, faults };
    }
    check(entry.name, 'follows the file before', next, entry.at);
    firstTime ??= entry.time;
    check(entry.name, 'has a time of its own', firstTime, entry.time);
    check(entry.name, 'has a time', TIME, entry.time.slice(0, TIME.length));
    const content = contentOf(bytes, entry, check);
    if (content === undefined) return { files, faults };
    if (content.data !== undefined && isKept(entry.name)) files.set(entry.name, content.data);
    [at, next] = [at + entry.length, content.endsAt];
  }
  check('the directory', 'begins after the last file', next, begin);
  check('the directory', 'ends where the archive says', endsAt, at);
  return { files, faults };
}

/** Where the directory is, by the end of the archive. @throws Error where there is no end */
function directoryOf(bytes: ArchiveBytes, check: Check): Directory {
  const endsAt = bytes.length - END_BYTES;
  const tail = bytes.read(endsAt, END_BYTES);
  if (endsAt < 0 || tail.readUInt32LE(0) !== END)
    throw new Error('The archive has no end: it was cut off, or its last bytes were changed.');
  const end = 'the end of the archive';
  const [count, size, begin] = [tail.readUInt16LE(10), tail.readUInt32LE(12), tail.readUInt32LE(16)];
  check(end, 'tells of other disks', 0, tail.readUInt32LE(4));
  check(end, 'counts its files twice', count, tail.readUInt16LE(8));
  check(end, 'has a comment', 0, tail.readUInt16LE(20));
  if (count !== MOST_16 && size !== MOST_32 && begin !== MOST_32) {
    check(end, 'says where its directory ends', endsAt, begin + size);
    return { count, begin, endsAt };
  }
  const large = largeDirectoryOf(bytes, endsAt, check);
  if (count !== MOST_16) check(end, 'counts its files in two ways', large.count, count);
  if (size !== MOST_32) check(end, 'has the size of its directory in two ways', large.endsAt - large.begin, size);
  if (begin !== MOST_32) check(end, 'has the place of its directory in two ways', large.begin, begin);
  return large;
}

/** The end of an archive of more than 65,534 files or of 4 GiB and more (ZIP64), which is written before the end of a small one. */
function largeDirectoryOf(bytes: ArchiveBytes, smallEndsAt: number, check: Check): Directory {
  const [locatorAt, endsAt] = [smallEndsAt - LOCATOR_64_BYTES, smallEndsAt - LOCATOR_64_BYTES - END_64_BYTES];
  const end = 'the end of the large archive';
  const [locator, record] = [bytes.read(locatorAt, LOCATOR_64_BYTES), bytes.read(endsAt, END_64_BYTES)];
  if (endsAt < 0 || locator.readUInt32LE(0) !== LOCATOR_64 || record.readUInt32LE(0) !== END_64)
    throw new Error('The archive is large, and has no end of a large archive: its last bytes were changed.');
  check(end, 'tells of other disks', '0 of 1', `${locator.readUInt32LE(4)} of ${locator.readUInt32LE(16)}`);
  check(end, 'says where it begins', endsAt, numberAt(locator, 8));
  check(end, 'has a length', END_64_BYTES - 12, numberAt(record, 4));
  check(end, 'was made by', MADE_BY, record.readUInt16LE(12));
  check(end, 'needs the version', LARGE, record.readUInt16LE(14));
  check(end, 'is on another disk', 0, numberAt(record, 16));
  const [count, size, begin] = [numberAt(record, 32), numberAt(record, 40), numberAt(record, 48)];
  check(end, 'counts its files twice', count, numberAt(record, 24));
  check(end, 'says where its directory ends', endsAt, begin + size);
  return { count, begin, endsAt };
}

/** A number of 64 bits; where it is larger than a number can be, it is a wrong one anyway. */
function numberAt(buffer: Buffer, at: number): number {
  return Number(buffer.readBigUInt64LE(at));
}

function centralEntry(bytes: ArchiveBytes, at: number, check: Check): CentralEntry | undefined {
  const fixed = bytes.read(at, CENTRAL_BYTES);
  if (fixed.readUInt32LE(0) !== CENTRAL) return undefined;
  const [nameBytes, extraBytes] = [fixed.readUInt16LE(28), fixed.readUInt16LE(30)];
  const name = bytes.read(at + CENTRAL_BYTES, nameBytes).toString('utf8');
  const extra = bytes.read(at + CENTRAL_BYTES + nameBytes, extraBytes);
  const isLarge = fixed.readUInt32LE(42) === MOST_32;
  check(name, 'was made by', MADE_BY, fixed.readUInt16LE(4));
  check(name, 'needs the version', isLarge ? LARGE : PLAIN, fixed.readUInt16LE(6));
  check(name, 'has a comment, or lies on another disk', 0, fixed.readUInt32LE(32));
  check(name, 'has attributes of its inside', INSIDE, fixed.readUInt16LE(36));
  check(name, 'has rights', MODE, fixed.readUInt32LE(38));
  check(name, 'has a length of what it has beside', TIME_BYTES + (isLarge ? EXTRA_64_BYTES : 0), extraBytes);
  const version = Buffer.alloc(2);
  version.writeUInt16LE(PLAIN);
  const large = isLarge && extra.length === TIME_BYTES + EXTRA_64_BYTES ? extra.subarray(TIME_BYTES) : undefined;
  if (isLarge) {
    check(name, 'has sizes in two ways', `${MOST_32} ${MOST_32}`, `${fixed.readUInt32LE(20)} ${fixed.readUInt32LE(24)}`);
    check(name, 'has sizes of 64 bits', HEADING_64, large?.toString('hex', 0, 4) ?? 'none');
  }
  return {
    ...{ name, isLarge, isStreamed: (fixed.readUInt16LE(8) & STREAMED) !== 0, method: fixed.readUInt16LE(10), crc: fixed.readUInt32LE(16) },
    // Before the data, the version is that of a small file.
    repeated: version.toString('hex') + fixed.toString('hex', 8, 16),
    uncompressed: large === undefined ? fixed.readUInt32LE(24) : numberAt(large, 4),
    compressed: large === undefined ? fixed.readUInt32LE(20) : numberAt(large, 12),
    at: large === undefined ? fixed.readUInt32LE(42) : numberAt(large, 20),
    time: extra.toString('hex', 0, TIME_BYTES),
    length: CENTRAL_BYTES + nameBytes + extraBytes,
  };
}

/** The content of a file and the offset of its end; undefined if it cannot be read. */
function contentOf(
  bytes: ArchiveBytes,
  entry: CentralEntry,
  check: Check,
): { readonly data?: Buffer; readonly endsAt: number } | undefined {
  const { at, name } = entry;
  const fixed = at + LOCAL_BYTES > bytes.length ? undefined : bytes.read(at, LOCAL_BYTES);
  if (fixed?.readUInt32LE(0) !== LOCAL) {
    check(name, `begins at byte ${at + 1}`, 'PK\u0003\u0004', 'something else');
    return undefined;
  }
  const [nameBytes, extraBytes] = [fixed.readUInt16LE(26), fixed.readUInt16LE(28)];
  const from = at + LOCAL_BYTES + nameBytes + extraBytes;
  check(name, 'has another heading in the directory', entry.repeated, fixed.toString('hex', 4, 14));
  const sums = entry.isStreamed ? [0, 0, 0] : [entry.crc, entry.compressed, entry.uncompressed];
  check(name, 'has other sizes in the directory', sums.join(' '), [14, 18, 22].map((place) => fixed.readUInt32LE(place)).join(' '));
  check(name, 'has another name in the directory', name, bytes.read(at + LOCAL_BYTES, nameBytes).toString('utf8'));
  check(name, 'has more in its heading', 0, extraBytes);
  const until = from + entry.compressed;
  if (until > bytes.length) {
    check(name, 'is cut off', entry.compressed, bytes.length - from);
    return undefined;
  }
  const data = inflated(name, bytes.read(from, entry.compressed), entry, check);
  return { ...(data !== undefined && { data }), endsAt: until + (entry.isStreamed ? checkedDescriptor(bytes, until, entry, check) : 0) };
}

/** Compares the sizes behind the data with those of the directory. @returns the bytes that they take */
function checkedDescriptor(
  bytes: ArchiveBytes,
  at: number,
  { name, isLarge, crc, compressed, uncompressed }: CentralEntry,
  check: Check,
): number {
  const length = isLarge ? DESCRIPTOR_64_BYTES : DESCRIPTOR_BYTES;
  const descriptor = bytes.read(at, length);
  if (descriptor.length < length) {
    check(name, 'has no sizes behind it', length, descriptor.length);
    return length;
  }
  const sizes = isLarge ? [numberAt(descriptor, 8), numberAt(descriptor, 16)] : [descriptor.readUInt32LE(8), descriptor.readUInt32LE(12)];
  check(name, 'has other sizes behind it', `${crc} ${compressed} ${uncompressed}`, `${descriptor.readUInt32LE(4)} ${sizes.join(' ')}`);
  check(name, 'has no heading of its sizes', DESCRIPTOR, descriptor.readUInt32LE(0));
  return length;
}

function inflated(name: string, packed: Buffer, { method, crc, uncompressed }: CentralEntry, check: Check): Buffer | undefined {
  let data = packed;
  try {
    if (method !== 0) data = inflateRawSync(packed);
  } catch (error) {
    check(name, 'cannot be unpacked', 'packed data', error instanceof Error ? error.message : String(error));
    return undefined;
  }
  check(name, 'has a check sum', crc, crc32(data));
  check(name, 'has a size', uncompressed, data.length);
  // The last byte of compressed data may have unused bits. Data that is compressed again has the bits that were written.
  const again = method === 0 ? packed : deflateRawSync(data);
  if (again.length === packed.length && again.subarray(0, -1).equals(packed.subarray(0, -1))) {
    check(name, 'has a last packed byte', again.at(-1) ?? 0, packed.at(-1) ?? 0);
  } else if (method !== 0 && inflatesWithout(packed)) {
    check(name, 'has bytes behind its packed data', 'none', 'some');
  }
  return data;
}

/** Whether compressed data is complete without its last byte: then that byte means nothing. */
function inflatesWithout(packed: Buffer): boolean {
  try {
    inflateRawSync(packed.subarray(0, -1));
    return true;
  } catch {
    return false;
  }
}
