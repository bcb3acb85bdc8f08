import type { OnTheWire } from '../domain/on-the-wire.ts';
import type { SourceShare, UsageTotals } from '../domain/statement.ts';
import type { ReadableColumn, ReadableValue } from './readable-document.ts';
import type { Wording } from './wording.ts';

type Totals = UsageTotals | OnTheWire<UsageTotals>;
type Share = SourceShare | OnTheWire<SourceShare>;

const fen = (amount: number | bigint): ReadableValue => ({ fen: BigInt(amount) });
const hours = (seconds: number | bigint): ReadableValue => ({ gpuHoursOf: BigInt(seconds) });
const seconds = (exact: number | bigint): ReadableValue => ({ gpuSeconds: BigInt(exact) });

/** The columns of `jobCells`. */
export function jobColumns(wording: Wording): ReadableColumn[] {
  return [
    { title: wording.job, grows: true },
    { title: wording.jobId, onlyInFiles: true },
    { title: wording.gpuClass },
    { title: wording.source, grows: true },
    { title: wording.documents, onlyInFiles: true },
    { title: wording.sourceId, onlyInFiles: true },
    ...[wording.gpuHours, wording.gpuSeconds, wording.list, wording.subsidy, wording.selfPaid, wording.absorbed].map((title) => ({
      ...{ title, numeric: true },
    })),
    ...[wording.debitedYuan, wording.debitedGpuSeconds].map((title) => ({ title, numeric: true, onlyInFiles: true })),
  ];
}

/** GPU time, list cost, and who bore which part of it. */
export function borne({ gpuSeconds, listFen, subsidyFen, selfPaidFen, absorbedFen }: Totals): ReadableValue[] {
  return [hours(gpuSeconds), seconds(gpuSeconds), fen(listFen), fen(subsidyFen), fen(selfPaidFen), fen(absorbedFen)];
}

/** What one source paid for one job, as a row. */
export function jobCells(
  job: { readonly jobId: string; readonly name: string; readonly gpuClass: string },
  share: Share,
  source: { readonly name: string; readonly documents: string | undefined },
): ReadableValue[] {
  const { gpuSeconds, listFen } = share;
  const own = (is: boolean) => fen(is ? listFen : 0);
  const [selfPaid, absorbed] = [share.source === 'wallet', share.source === 'absorbed'];
  return [
    ...[job.name, job.jobId, job.gpuClass, source.name, source.documents, share.source],
    ...[hours(gpuSeconds), seconds(gpuSeconds), fen(listFen), own(!selfPaid && !absorbed), own(selfPaid), own(absorbed)],
    ...(share.unit === 'CNY' ? [fen(share.amount), undefined] : [undefined, seconds(share.amount)]),
  ];
}
