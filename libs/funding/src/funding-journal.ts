import { type AccountCode, accounts, type Posting } from '#ledger';
import { invariant, type Unit } from '#kernel';
import { ABSORBED, WALLET } from './domain/allocation.ts';
import type { Admission, Charge, Credit, GrantPosition } from './domain/funding-book.ts';

interface SourceAccounts {
  readonly unit: Unit;
  readonly available: AccountCode;
  readonly held: AccountCode;
}

function accountsOf(source: string, admission: Admission, grants: readonly GrantPosition[]): SourceAccounts {
  if (source === WALLET) {
    return { unit: 'CNY', available: accounts.walletAvailable(admission.tenantId), held: accounts.walletHeld(admission.tenantId) };
  }
  const grant = grants.find((candidate) => candidate.id === source);
  invariant(grant !== undefined, `source ${source} is a grant of ${admission.tenantId}`);
  return { unit: grant.unit, available: accounts.grantAvailable(source), held: accounts.grantHeld(source) };
}

/** The part of the list cost that the payer of a step covers: a CNY grant covers what it pays, and the wallet covers the rest. */
function coveredListCost(step: { unit: Unit; amount: bigint; listFen: bigint }): bigint {
  return step.unit === 'GPU_SECONDS' ? step.listFen : step.amount;
}

/** What the cluster earned by `postings`: the other side of every payment, one posting per unit. */
function earned(gpuClass: string, postings: readonly Posting[]): Posting[] {
  const sums = new Map<Unit, bigint>();
  for (const posting of postings) sums.set(posting.unit, (sums.get(posting.unit) ?? 0n) - posting.amount);
  return [...sums].map(([unit, amount]) => ({ account: accounts.usage(gpuClass), unit, amount }));
}

/**
 * Postings of charges: each payment leaves its hold first, then what was available, and arrives at `usage:<class>`. The paying
 * posting carries the GPU-seconds and the list cost they stand for; the order of postings is the order of the seconds.
 */
export function chargePostings(admission: Admission, charges: readonly Charge[], grants: readonly GrantPosition[]): Posting[] {
  const paying = charges.flatMap((charge): Posting[] => {
    const memo = { gpuSeconds: charge.gpuSeconds, listFen: coveredListCost(charge) };
    if (charge.source === ABSORBED) return [{ account: accounts.absorbed, unit: 'CNY', amount: -charge.amount, ...memo }];
    const { unit, held, available } = accountsOf(charge.source, admission, grants);
    if (charge.fromHeld === 0n) return [{ account: available, unit, amount: -charge.amount, ...memo }];
    const first: Posting = { account: held, unit, amount: -charge.fromHeld, ...memo };
    return charge.fromAvailable === 0n ? [first] : [first, { account: available, unit, amount: -charge.fromAvailable }];
  });
  return [...paying, ...earned(admission.gpuClass, paying)];
}

/** Postings that give credited seconds back to what is available of their sources, or to the park where it had written them off. */
export function creditPostings(admission: Admission, credits: readonly Credit[], grants: readonly GrantPosition[]): Posting[] {
  const returning = credits.flatMap((credit): Posting[] => {
    const memo = { gpuSeconds: -credit.gpuSeconds, listFen: -coveredListCost(credit) };
    if (credit.source === ABSORBED) return [{ account: accounts.absorbed, unit: 'CNY', amount: credit.amount, ...memo }];
    const { unit, available } = accountsOf(credit.source, admission, grants);
    const postings: Posting[] = [{ account: available, unit, amount: credit.amount, ...memo }];
    if (credit.selfPaid !== 0n) {
      const wallet = accounts.walletAvailable(admission.tenantId);
      postings.push({ account: wallet, unit: 'CNY', amount: credit.selfPaid, gpuSeconds: 0n, listFen: -credit.selfPaid });
    }
    return postings;
  });
  return [...returning, ...earned(admission.gpuClass, returning)];
}

/** Postings between what is available of each source and what is held: + into the hold. */
export function holdPostings(admission: Admission, moves: ReadonlyMap<string, bigint>, grants: readonly GrantPosition[]): Posting[] {
  return [...moves].flatMap(([source, move]) => {
    const { unit, available, held } = accountsOf(source, admission, grants);
    return [
      { account: available, unit, amount: -move },
      { account: held, unit, amount: move },
    ];
  });
}
