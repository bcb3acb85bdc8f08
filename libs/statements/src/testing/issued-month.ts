import type { KeyObject } from 'node:crypto';
import { canonicalJson, type Month } from '#kernel';
import { documentOf, type StatementNames } from '../domain/statement-document.ts';
import { settlementDocument, settlementLines } from '../domain/settlement.ts';
import { statementOf } from '../domain/statement.ts';
import {
  type ClosedDocument,
  closedDocument,
  MONTH_RECORD_FORMAT,
  proofsOf,
  signedRecord,
  type SignedMonthRecord,
  type SignedProof,
} from '../month-record.ts';

/** A month as its files: paths and their texts. */
export interface IssuedMonth {
  readonly files: ReadonlyMap<string, string>;
  readonly signed: SignedMonthRecord;
  readonly documents: readonly ClosedDocument[];
}

const names: StatementNames = {
  ...{ company: '极订科技', creditCode: '91310104MA1FR0000X', formerCompanyNames: [], jobs: { job_1: 'sft-7b', job_2: '推理' } },
  ...{
    grants: { grant_1: '一期' },
    programmes: { grant_1: '徐汇算力补贴' },
    formerProgrammeNames: {},
    documents: { grant_1: ['徐财〔2026〕7号'] },
  },
};

function statementDocument(tenantId: string, month: Month, wallet: bigint, grant: bigint) {
  const charge = { tenantId, gpuClass: 'h800', unit: 'CNY' as const };
  const charges = [
    { ...charge, jobId: 'job_1', source: 'grant:grant_1', gpuSeconds: 4_800n, amount: 834n, listFen: 834n },
    { ...charge, jobId: 'job_1', source: 'wallet', gpuSeconds: 0n, amount: 833n, listFen: 833n },
    { ...charge, jobId: 'job_2', source: 'wallet', gpuSeconds: 3_600n, amount: 1_250n, listFen: 1_250n },
  ];
  const accounts = [
    {
      ...{ account: 'grant:grant_1:available', unit: 'CNY' as const, opening: grant, closing: (grant === 0n ? 100_000n : grant) - 834n },
      movements: [...(grant === 0n ? [{ kind: 'grant.opened', amount: 100_000n }] : []), { kind: 'usage.metered', amount: -834n }],
    },
    {
      ...{ account: `wallet:${tenantId}:available`, unit: 'CNY' as const, opening: wallet, closing: wallet - 2_083n },
      movements: [{ kind: 'usage.metered', amount: -2_083n }],
    },
  ];
  return documentOf(statementOf(tenantId, month, accounts, charges), [], names);
}

/** A closed month of two companies and one programme, as it leaves the park. @param before the month before it */
export function issuedMonth(
  month: Month,
  key: KeyObject | undefined,
  before?: IssuedMonth,
  wallets: readonly bigint[] = [50_000n, 7_000n],
): IssuedMonth {
  const tenants = ['company_1', 'company_2'];
  const statements = tenants.map((id, index) =>
    closedDocument(id, statementDocument(id, month, wallets[index] ?? 0n, before === undefined ? 0n : 99_166n)),
  );
  const usage = { source: 'grant:grant_1', unit: 'CNY' as const, gpuSeconds: 4_800n, amount: 834n, listFen: 834n, besideListFen: 833n };
  const programme = { code: 'xuhui', name: '徐汇算力补贴', funder: '徐汇区', formerNames: [], documents: [] };
  const lines = settlementLines(tenants.map((tenantId) => ({ tenantId, ...usage }))).map((line) => ({
    ...line,
    ...{ companyName: names.company, creditCode: names.creditCode, formerCompanyNames: [] },
  }));
  const settlements = [closedDocument('programme_1', settlementDocument('programme_1', month, programme, lines))];
  const signed = signedRecord(
    {
      ...{ format: MONTH_RECORD_FORMAT, park: '模速空间', month, closedAt: '2026-12-01T02:00:00.000Z' },
      ...{
        closedBy: { id: 'user_2', name: '孙' },
        requestedBy: { id: 'user_1', name: '钱' },
        auditHead: { seq: 42, hash: 'ab'.repeat(32) },
      },
      previous: before === undefined ? null : { month: before.signed.record.month, digest: before.signed.digest },
      statements: statements.map(({ subject, digest }) => ({ tenantId: subject, digest })),
      settlements: settlements.map(({ subject, digest }) => ({ programmeId: subject, digest })),
    },
    key,
  );
  const documents = [...statements, ...settlements];
  const digests = new Map(before?.documents.map(({ subject, digest }) => [subject, digest]));
  const proofs = proofsOf(signed, documents, { month: before?.signed.record.month ?? month, digests }, key);
  const files = documents.map(({ subject, document, digest }): [string, string] => {
    const proof = JSON.parse(proofs.get(subject) ?? '') as SignedProof;
    const about = { status: 'closed', closedAt: signed.record.closedAt, digest, document: JSON.parse(document) as object, proof };
    return [`${subject}.json`, canonicalJson(about)];
  });
  return { files: new Map([['month.json', canonicalJson(signed)], ...files]), signed, documents };
}
