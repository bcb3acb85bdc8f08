import { open } from 'node:fs/promises';
import type { Verdict, Verifier } from '#statements';
import type { CliEnvironment } from '../cli-environment.ts';
import { type Fact, known } from '../facts.ts';
import { Disagreement, UsageError } from '../failures.ts';
import { parseYaml, readText } from '../input-file.ts';
import { harmless } from '../terminal-text.ts';
import { bytesOf, bytesOfFile, readArchive } from '../zip-file.ts';
import { type AddCommands, showOne, type Shown, verb } from './command-context.ts';

interface VerifyOptions extends Shown {
  readonly digest?: string;
  readonly previous?: string;
  readonly keys?: string;
  readonly keyId?: string;
}

const REMEDY = 'Fetch one with mss statement get 2026-10 -o json --file 2026-10.json.';
const MOST_FAULTS_SHOWN = 20;

/** Reads statements into `verifier`: the ZIP of a month, or one JSON or YAML file. @throws UsageError if the park made no such file */
async function addFile(environment: CliEnvironment, verifier: Verifier, file: string): Promise<void> {
  if (file !== '-' && (await addedArchive(verifier, file))) return;
  const text = await readText(environment, file);
  const isJson = /^\s*\{/.test(text);
  const added = verifier.add(file, isJson ? text : JSON.stringify(parseYaml(file, text), null, 2));
  if (!added && !/"(digest|document|record|proof)"/.test(text)) throw new UsageError(`${file} is no statement.`, REMEDY);
}

/** Reads `file` where it is an archive, which may be larger than memory. @returns whether it is one */
async function addedArchive(verifier: Verifier, file: string): Promise<boolean> {
  const handle = await open(file).catch(() => undefined);
  try {
    const heading = await handle?.read({ buffer: Buffer.alloc(2), position: 0 });
    if (heading?.buffer.toString('latin1') !== 'PK' && !file.endsWith('.zip')) return false;
    const bytes = handle === undefined ? bytesOf(Buffer.alloc(0)) : bytesOfFile(handle.fd, (await handle.stat()).size);
    const { files, faults } = readArchive(bytes, (name) => name.endsWith('.json'));
    for (const { where, ...fault } of faults) verifier.note({ file: `${file}: ${where}`, where: 'the archive', ...fault });
    for (const [name, content] of files) verifier.add(name, content.toString('utf8'));
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    verifier.note({ file, where: 'the archive', what: 'cannot be read', expected: 'a ZIP of a month', found });
  } finally {
    await handle?.close();
  }
  return true;
}

async function trusted(environment: CliEnvironment, { keys, keyId }: VerifyOptions): Promise<Set<string> | undefined> {
  if (keys === undefined) return keyId === undefined ? undefined : new Set([keyId]);
  const { trustedKeys } = await import('#statements');
  try {
    const ids = trustedKeys(await readText(environment, keys));
    return keyId === undefined ? ids : new Set([keyId].filter((id) => ids.has(id)));
  } catch {
    throw new UsageError(`${keys} has no public key.`, 'Save the keys of the park with mss key save --file keys.json.');
  }
}

function signatureFact({ signedBy, unsigned }: Verdict, isPinned: boolean): string | undefined {
  const [key] = signedBy;
  if (key === undefined) return unsigned.length === 0 ? undefined : 'not signed';
  const part = unsigned.length === 0 ? '' : `; ${unsigned.length} not signed`;
  return isPinned
    ? `${signedBy.join(', ')}${part}`
    : `${signedBy.join(', ')}${part}; compare it with a key that you know (--keys, --key-id)`;
}

function factsOf(verdict: Verdict, options: VerifyOptions): Fact[] {
  return known([
    ['documents', verdict.digest === undefined ? verdict.documents : undefined],
    ['digest of what it says', verdict.digest],
    ['digest expected', options.digest],
    ['intact', verdict.faults.length === 0 ? 'yes' : 'no'],
    ['month', verdict.month],
    ['status when issued', verdict.status],
    ['signed by', signatureFact(verdict, options.keys !== undefined || options.keyId !== undefined)],
    ...verdict.faults
      .slice(0, MOST_FAULTS_SHOWN)
      .map(({ file, where, what, expected, found }) => [`${file} ${where}`, `${what}: expected ${expected}, found ${found}`] as const),
    ['more faults', verdict.faults.length > MOST_FAULTS_SHOWN ? verdict.faults.length - MOST_FAULTS_SHOWN : undefined],
  ]).map(({ name, value }) => ({ name: harmless(name), value }));
}

export const addVerify: AddCommands = (statement, environment) => {
  verb(
    statement,
    'verify',
    'whether a statement, a settlement list, the record or the ZIP of a month is as it was issued, without asking anybody; exit code 1 where not',
    'mss statement get 2026-10 -o json --file 2026-10.json',
    'mss statement verify 2026-10.json --keys keys.json',
    'mss statement verify 2026-11.zip --previous 2026-10.zip --key-id 9f2c…',
  )
    .argument('<file>', 'a file in JSON or YAML, or the ZIP of a month; - reads standard input')
    .option('--digest <sha256>', 'that the document must have')
    .option('--previous <file>', 'the same of the month before, to which it must be chained')
    .option('--keys <file>', 'public keys that you trust: what mss key save wrote, or a PEM file')
    .option('--key-id <id>', 'the key that must have signed it')
    .action(async (file: string, options: VerifyOptions) => {
      // The module is large, and only this command needs it.
      const { Verifier: Verification } = await import('#statements');
      const keys = await trusted(environment, options);
      const verifier = new Verification(keys);
      await addFile(environment, verifier, file);
      let previous: Verifier | undefined;
      if (options.previous !== undefined) {
        previous = new Verification(keys);
        await addFile(environment, previous, options.previous);
      }
      const own = verifier.verdict(previous);
      const pinned = options.digest !== undefined && options.digest !== own.digest;
      const verdict: Verdict = !pinned
        ? own
        : {
            ...own,
            faults: [
              ...own.faults,
              { file, where: '/digest', what: 'is not the one that you gave', expected: options.digest, found: own.digest ?? 'none' },
            ],
          };
      const isUnsigned = keys !== undefined && verdict.signedBy.length === 0;
      showOne(environment, options, { ...verdict, intact: verdict.faults.length === 0 }, factsOf(verdict, options));
      if (verdict.faults.length > 0) throw new Disagreement(`${file} is not as it was issued.`);
      if (isUnsigned) throw new Disagreement(`${file} is not signed by a key that you trust.`);
    });
};
