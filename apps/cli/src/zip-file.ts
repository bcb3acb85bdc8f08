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

const [LOCAL, CENTRAL, END, DESCRIPTOR] = [0x04034b50, 0x02014b50, 0x06054b50, 0x08074b50];
const [LOCAL_BYTES, CENTRAL_BYTES, END_BYTES, DESCRIPTOR_BYTES] = [30, 46, 22, 16];
/** Flag: sizes and checksum are after the data. */
const STREAMED = 8;
/** The fields before the time of a file, which is the same for all files of an archive. */
const TIME = '5554050003';
/** What the park writes: made on Unix with version 6.3 of the format, a regular file, without internal attributes. */
const [MADE_BY, MODE, INSIDE] = [(3 << 8) | 63, (0o100664 << 16) >>> 0, 0];

interface CentralEntry {
  readonly name: string;
  readonly at: number;
  /** Version, flags, method, time and date. They are repeated before the data. */
  readonly repeated: Buffer;
  readonly isStreamed: boolean;
  readonly method: number;
  readonly sums: Buffer;
  readonly crc: number;
  readonly compressed: number;
  readonly extra: Buffer;
}

/**
 * Reads an archive of the park and checks each of its bytes. It reports as faults what other ZIP programs tolerate.
 * @throws Error if the file is no archive
 */
export function readArchive(bytes: Buffer): ReadArchive {
  const faults: ArchiveFault[] = [];
  const check = (where: string, what: string, expected: number | string, found: number | string): void => {
    if (expected !== found) faults.push({ where, what, expected: String(expected), found: String(found) });
  };
  const endsAt = bytes.length - END_BYTES;
  if (endsAt < 0 || bytes.readUInt32LE(endsAt) !== END)
    throw new Error('The archive has no end: it was cut off, or its last bytes were changed.');
  const [count, size, begin] = [bytes.readUInt16LE(endsAt + 10), bytes.readUInt32LE(endsAt + 12), bytes.readUInt32LE(endsAt + 16)];
  const end = 'the end of the archive';
  check(end, 'tells of other disks', 0, bytes.readUInt32LE(endsAt + 4));
  check(end, 'counts its files twice', count, bytes.readUInt16LE(endsAt + 8));
  check(end, 'has a comment', 0, bytes.readUInt16LE(endsAt + 20));
  check(end, 'says where its directory ends', endsAt, begin + size);
  const files = new Map<string, Buffer>();
  let firstTime: string | undefined;
  let [at, next] = [begin, 0];
  for (let index = 0; index < count; index += 1) {
    const entry = at + CENTRAL_BYTES <= endsAt && bytes.readUInt32LE(at) === CENTRAL ? centralEntry(bytes, at, check) : undefined;
    if (entry === undefined) {
      check(`byte ${at + 1}`, 'is where a file of the directory begins', 'PK\u0001\u0002', 'something else');
      return { files, faults };
    }
    check(entry.name, 'follows the file before', next, entry.at);
    firstTime ??= entry.extra.toString('hex');
    check(entry.name, 'has a time of its own', firstTime, entry.extra.toString('hex'));
    check(entry.name, 'has a time', TIME, entry.extra.toString('hex', 0, TIME.length / 2));
    const content = contentOf(bytes, entry, check);
    if (content === undefined) return { files, faults };
    if (content.data !== undefined) files.set(entry.name, content.data);
    [at, next] = [at + CENTRAL_BYTES + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30), content.endsAt];
  }
  check('the directory', 'begins after the last file', next, begin);
  check('the directory', 'ends where the archive says', endsAt, at);
  return { files, faults };
}

type Check = (where: string, what: string, expected: number | string, found: number | string) => void;

function centralEntry(bytes: Buffer, at: number, check: Check): CentralEntry {
  const [nameBytes, extraBytes] = [bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30)];
  const name = bytes.toString('utf8', at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes);
  check(name, 'was made by', MADE_BY, bytes.readUInt16LE(at + 4));
  check(name, 'has a comment, or lies on another disk', 0, bytes.readUInt32LE(at + 32));
  check(name, 'has attributes of its inside', INSIDE, bytes.readUInt16LE(at + 36));
  check(name, 'has rights', MODE, bytes.readUInt32LE(at + 38));
  return {
    ...{ name, at: bytes.readUInt32LE(at + 42), repeated: bytes.subarray(at + 6, at + 16), sums: bytes.subarray(at + 16, at + 28) },
    isStreamed: (bytes.readUInt16LE(at + 8) & STREAMED) !== 0,
    method: bytes.readUInt16LE(at + 10),
    crc: bytes.readUInt32LE(at + 16),
    compressed: bytes.readUInt32LE(at + 20),
    extra: bytes.subarray(at + CENTRAL_BYTES + nameBytes, at + CENTRAL_BYTES + nameBytes + extraBytes),
  };
}

/** The content of a file and the offset of its end; undefined if it cannot be read. */
function contentOf(bytes: Buffer, entry: CentralEntry, check: Check): { readonly data?: Buffer; readonly endsAt: number } | undefined {
  const { at, name } = entry;
  if (at + LOCAL_BYTES > bytes.length || bytes.readUInt32LE(at) !== LOCAL) {
    check(name, `begins at byte ${at + 1}`, 'PK\u0003\u0004', 'something else');
    return undefined;
  }
  const [nameBytes, extraBytes] = [bytes.readUInt16LE(at + 26), bytes.readUInt16LE(at + 28)];
  const from = at + LOCAL_BYTES + nameBytes + extraBytes;
  const sums = entry.isStreamed ? Buffer.alloc(12) : entry.sums;
  check(name, 'has another heading in the directory', entry.repeated.toString('hex'), bytes.toString('hex', at + 4, at + 14));
  check(name, 'has other sizes in the directory', sums.toString('hex'), bytes.toString('hex', at + 14, at + 26));
  check(name, 'has another name in the directory', name, bytes.toString('utf8', at + LOCAL_BYTES, at + LOCAL_BYTES + nameBytes));
  check(name, 'has more in its heading', 0, extraBytes);
  const until = from + entry.compressed;
  if (until > bytes.length) {
    check(name, 'is cut off', entry.compressed, bytes.length - from);
    return undefined;
  }
  if (entry.isStreamed) {
    check(name, 'has other sizes behind it', entry.sums.toString('hex'), bytes.toString('hex', until + 4, until + DESCRIPTOR_BYTES));
    check(name, 'has no heading of its sizes', DESCRIPTOR, bytes.readUInt32LE(until));
  }
  const data = inflated(name, bytes.subarray(from, until), entry, check);
  return { ...(data !== undefined && { data }), endsAt: until + (entry.isStreamed ? DESCRIPTOR_BYTES : 0) };
}

function inflated(name: string, packed: Buffer, { method, crc, sums }: CentralEntry, check: Check): Buffer | undefined {
  let data = packed;
  try {
    if (method !== 0) data = inflateRawSync(packed);
  } catch (error) {
    check(name, 'cannot be unpacked', 'packed data', error instanceof Error ? error.message : String(error));
    return undefined;
  }
  check(name, 'has a check sum', crc, crc32(data));
  check(name, 'has a size', sums.readUInt32LE(8), data.length);
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
