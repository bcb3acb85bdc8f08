import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { canonicalJson, keyIdOf, publicKeyOf } from '#kernel';
import { type IssuedMonth, issuedMonth } from './testing/issued-month.ts';
import { trustedKeys, type Verdict, Verifier } from './verification.ts';

const { privateKey: key, publicKey } = generateKeyPairSync('ed25519');
const keyId = keyIdOf(publicKeyOf(key));
const october = issuedMonth('2026-10', key);
const november = issuedMonth('2026-11', key, october, [47_917n, 4_917n]);
const fileOf = (month: IssuedMonth, name: string): string => month.files.get(name) ?? '';

function verdictOf(
  files: Iterable<readonly [string, string]>,
  previous?: Iterable<readonly [string, string]>,
  trusted?: Set<string>,
): Verdict {
  const [verifier, before] = [new Verifier(trusted), new Verifier(trusted)];
  for (const [name, text] of files) verifier.add(name, text);
  for (const [name, text] of previous ?? []) before.add(name, text);
  return verifier.verdict(previous === undefined ? undefined : before);
}

const changed = (name: string, from: string, to: string): [string, string][] => {
  const text = fileOf(october, name);
  expect(text).toContain(from);
  return [[name, text.replace(from, to)]];
};

describe('the verification of what a month issued', () => {
  it('finds nothing at all in what is as it was issued, alone or together', () => {
    for (const file of october.files)
      expect(verdictOf([file], undefined, new Set([keyId]))).toMatchObject({ faults: [], signedBy: [keyId], unsigned: [] });
    expect(verdictOf(october.files)).toMatchObject({ faults: [], documents: 3, month: '2026-10', signedBy: [keyId] });
    const pretty = [...october.files].map(([name, text]): [string, string] => [name, `${JSON.stringify(JSON.parse(text), null, 2)}\n`]);
    expect(verdictOf(pretty).faults).toEqual([]);
  });

  it.each([true, false])('finds every flipped bit of every file, signed: %s', (isSigned) => {
    const month = isSigned ? october : issuedMonth('2026-10', undefined);
    const files = [...month.files].map(([name, text]) => ({ name, bytes: Buffer.from(text) }));
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.nat(), fc.nat(7), ({ name, bytes }, place, bit) => {
        const flipped = Buffer.from(bytes);
        const at = place % flipped.length;
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
        const { faults } = verdictOf([[name, flipped.toString('utf8')]]);
        expect(faults.length).toBeGreaterThan(0);
        expect(faults.every(({ file, where, expected, found }) => file === name && where !== '' && expected !== found)).toBe(true);
      }),
      { numRuns: 800 },
    );
  });

  it('says which line was changed, and what the figures should be', () => {
    const amount = verdictOf(changed('company_1.json', '"closing":99166', '"closing":99176'));
    expect(amount.faults).toContainEqual(
      expect.objectContaining({ file: 'company_1.json', where: '/document/accounts/0/closing', expected: '99166', found: '99176' }),
    );
    expect(amount.faults).toContainEqual(expect.objectContaining({ where: '/document/accounts/0', what: 'was changed' }));
    const name = verdictOf(changed('company_1.json', '"job_2":"推理"', '"job_2":"推埋"'));
    expect(name.faults).toContainEqual(
      expect.objectContaining({ where: '/document/names/jobs/job_2', found: expect.stringContaining('推埋') as string }),
    );
    const share = verdictOf(changed('programme_1.json', '"amount":834', '"amount":835'));
    expect(share.faults).toContainEqual(expect.objectContaining({ where: '/document/lines/0' }));
    expect(verdictOf(changed('company_1.json', '"month"', ' "month"')).faults).toContainEqual(
      expect.objectContaining({ what: 'is not written as the file was issued' }),
    );
  });

  it('holds the documents against the record of their month, and the month against the one before', () => {
    expect(verdictOf(november.files, october.files).faults).toEqual([]);
    const foreign = [...october.files].map(([name, text]): [string, string] =>
      name === 'month.json' ? [name, fileOf(november, name)] : [name, text],
    );
    expect(verdictOf(foreign).faults).toContainEqual(expect.objectContaining({ file: 'company_1.json', where: '/document' }));
    const missing = [...october.files].filter(([name]) => name !== 'company_2.json');
    expect(verdictOf(missing).faults).toEqual([
      expect.objectContaining({ what: expect.stringContaining('company_2, which is missing') as string }),
    ]);
    // Not the month before it, and not what that month left on the accounts.
    const other = issuedMonth('2026-10', key, undefined, [1_000_000n, 1_000_000n]);
    expect(verdictOf(november.files, other.files).faults.map(({ where }) => where)).toEqual(
      expect.arrayContaining(['/record/previous/digest', '/proof/proof/previous/digest', '/document/accounts/1/opening']),
    );
  });

  it('trusts the keys that it is given, and says of others that it does not', () => {
    const forged = issuedMonth('2026-10', generateKeyPairSync('ed25519').privateKey);
    expect(verdictOf(forged.files, undefined, new Set([keyId])).faults).toContainEqual(
      expect.objectContaining({ where: '/signature/keyId', expected: keyId }),
    );
    const unsigned = issuedMonth('2026-10', undefined);
    expect(verdictOf(unsigned.files)).toMatchObject({
      faults: [],
      signedBy: [],
      unsigned: expect.arrayContaining(['month.json']) as string[],
    });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(trustedKeys(pem)).toEqual(new Set([keyId]));
    expect(trustedKeys(JSON.stringify({ keys: [{ publicKey: publicKeyOf(key).toString('base64') }] }))).toEqual(new Set([keyId]));
  });

  it('reads statements that were closed before months had records, which are not signed', () => {
    const issued = JSON.parse(fileOf(october, 'company_1.json')) as Record<string, unknown>;
    const without = (fields: readonly string[], more: object = {}): string =>
      canonicalJson({ ...Object.fromEntries(Object.entries(issued).filter(([field]) => !fields.includes(field))), ...more });
    expect(verdictOf([['old.json', without(['proof'])]])).toMatchObject({ faults: [], unsigned: ['old.json'], status: 'closed' });
    const open = without(['proof', 'closedAt'], { status: 'open' });
    expect(verdictOf([['open.json', open]])).toMatchObject({ faults: [], unsigned: [], status: 'open' });
  });
});
