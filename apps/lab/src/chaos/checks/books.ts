import { admissionIdOf, parseAccountCode } from '#kernel';
import type { Evidence } from '../evidence.ts';
import { type Check, check } from './check.ts';

const ACTIVE = new Set(['Admitted', 'Starting', 'Running', 'Suspending']);

/** Rules L1, L4, L5, F5: the ledger balances, and each held amount belongs to a job. */
export function bookChecks({ accounts, entries, dailySums, admissions, jobs }: Evidence): Check[] {
  const units = Map.groupBy(accounts, (account) => account.unit);
  const jobsById = new Map(jobs.map((job) => [job.id, job]));
  const heldFor = (account: string): bigint => {
    const { kind, owner: id } = parseAccountCode(account);
    return admissions.reduce((sum, { tenantId, held }) => {
      if (kind === 'grant') return sum + (held.get(id) ?? 0n);
      return tenantId === id ? sum + (held.get('wallet') ?? 0n) : sum;
    }, 0n);
  };
  return [
    { name: 'every entry is balanced (L1)', examined: Number(entries.count), differences: entries.unbalanced },
    check('the ledger is balanced per unit (L1)', units, ([unit, own]) => {
      const sum = own.reduce((total, { balance }) => total + balance, 0n);
      return sum !== 0n && `${unit} sums to ${sum}`;
    }),
    check('balances are the sums of postings (L5)', accounts, ({ code, unit, balance, posted }) => {
      return balance !== posted && `${code} ${unit}: ${balance}, posted ${posted}`;
    }),
    { name: 'daily sums are the sums of postings (L5)', examined: Number(dailySums.count), differences: dailySums.different },
    check(
      'no guarded account is overdrawn (L4)',
      accounts,
      ({ code, guarded, balance }) => guarded && balance < 0n && `${code}: ${balance}`,
    ),
    check(
      'held accounts are the sums of open holds (F5)',
      accounts.filter(({ code }) => /^(grant|wallet):.*:held$/.test(code)),
      ({ code, balance }) => balance !== heldFor(code) && `${code}: ${balance}, holds ${heldFor(code)}`,
    ),
    check('no hold outlives its job (F5)', admissions, ({ id, jobId, closed, held }) => {
      const job = jobsById.get(jobId);
      const active = job !== undefined && ACTIVE.has(job.state) && id === admissionIdOf({ jobId, attempt: job.attempt });
      const sum = [...held.values()].reduce((total, one) => total + one, 0n);
      if (closed && sum !== 0n) return `${id} is over and holds ${sum}`;
      return !closed && !active && `${id} is open, its job is ${job?.state ?? 'gone'}`;
    }),
  ];
}
