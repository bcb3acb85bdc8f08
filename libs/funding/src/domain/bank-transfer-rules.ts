import { DomainError, type Fen, formatMoney } from '#kernel';

const MEBIBYTE = 1024 * 1024;
const LARGEST_BYTES = 10 * MEBIBYTE;
const ACCEPTED: ReadonlyMap<string, string> = new Map([
  ['application/pdf', 'PDF'],
  ['image/png', 'PNG'],
  ['image/jpeg', 'JPEG'],
]);

/** @throws DomainError `wallet.amount-not-positive`, `wallet.paid-later` */
export function requirePayable({ amount, paidOn }: { readonly amount: Fen; readonly paidOn: string }, today: string): void {
  if (amount <= 0n) {
    throw new DomainError('wallet.amount-not-positive', {
      field: '/amountFen',
      detail: 'A bank transfer is an amount above zero.',
      remedy: 'Give the amount of the transfer.',
    });
  }
  if (paidOn <= today) return;
  throw new DomainError('wallet.paid-later', {
    field: '/paidOn',
    detail: `The day ${paidOn} has not come yet.`,
    remedy: 'Record a transfer when the bank has made it, with the day of the bank.',
  });
}

/**
 * Money leaves a wallet for a company that has left only, and no more of it than is there. What its grants have left is the
 * programmes', and is never paid out.
 * @throws DomainError `wallet.not-leaving`, `wallet.refund-overdraft`
 */
export function requireRefundable(
  { name, status }: { readonly name: string; readonly status: string },
  { available, held }: { readonly available: Fen; readonly held: Fen },
  amount: Fen,
): void {
  if (status !== 'graduated') {
    throw new DomainError('wallet.not-leaving', {
      detail: `${name} is ${status}: the wallet of a company that stays is not paid out.`,
      remedy: 'Have the administrators graduate the company first.',
      kind: 'conflict',
    });
  }
  if (amount <= available) return;
  const alsoHeld = held === 0n ? '' : ` ${formatMoney(held)} is held for jobs that have not ended.`;
  throw new DomainError('wallet.refund-overdraft', {
    field: '/amountFen',
    detail: `The wallet has ${formatMoney(available)} available.${alsoHeld}`,
    remedy: 'Pay out what is available, once its jobs have ended.',
    kind: 'conflict',
  });
}

/** What the rules of reversals read of a bank transfer. */
interface ReversibleTransfer {
  readonly id: string;
  readonly state: string;
  readonly amountFen: Fen;
  readonly reversedFen: Fen;
  readonly reversedAt: Date | null;
}

/**
 * How much of a transfer is to be reversed: `part`, or all that is left of it.
 * @throws DomainError `wallet.transfer-not-confirmed`, `wallet.transfer-reversed`, `wallet.reversal-amount`
 */
export function reversibleAmount({ id, state, amountFen, reversedFen, reversedAt }: ReversibleTransfer, part: Fen | undefined): Fen {
  if (state !== 'confirmed') {
    throw new DomainError('wallet.transfer-not-confirmed', {
      detail: `The bank transfer ${id} is ${state}: nothing of it was posted.`,
      remedy: 'Reject it if it waits.',
      kind: 'conflict',
    });
  }
  if (reversedAt !== null) {
    throw new DomainError('wallet.transfer-reversed', {
      detail: `The bank transfer ${id} was reversed at ${reversedAt.toISOString()}.`,
      remedy: 'Nothing is left to be done.',
      kind: 'conflict',
    });
  }
  const left = amountFen - reversedFen;
  const amount = part ?? left;
  if (amount > 0n && amount <= left) return amount;
  const before = reversedFen === 0n ? '' : `, of which ${formatMoney(reversedFen)} were reversed before`;
  throw new DomainError('wallet.reversal-amount', {
    field: '/amountFen',
    detail: `The bank transfer ${id} was ${formatMoney(amountFen)}${before}: ${formatMoney(amount)} cannot be reversed.`,
    remedy: `Give an amount above zero and of at most ${formatMoney(left)}.`,
    kind: 'conflict',
  });
}

/** @returns the media type found in the content @throws DomainError `wallet.proof-size`, `wallet.proof-type` */
export function requireProofType(sizeBytes: number, found: string | undefined): string {
  if (sizeBytes === 0 || sizeBytes > LARGEST_BYTES) {
    throw new DomainError('wallet.proof-size', {
      field: '/content',
      detail: sizeBytes === 0 ? 'The file is empty.' : `The file is larger than ${LARGEST_BYTES / MEBIBYTE} MiB.`,
      remedy: 'Send the whole file, scanned at a lower resolution if need be.',
    });
  }
  if (found !== undefined && ACCEPTED.has(found)) return found;
  throw new DomainError('wallet.proof-type', {
    field: '/content',
    detail: `The content of the file is ${found ?? 'of no known type'}; the name of the file does not count.`,
    remedy: `Send one of: ${[...ACCEPTED.values()].join(', ')}.`,
  });
}

/** A name that is only a name: no folders, no control or direction characters, not endless. */
export function proofName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const cleaned = last.replaceAll(/[\p{Cc}\p{Cf}"<>:|?*]/gu, '').trim();
  return cleaned === '' || /^\.+$/.test(cleaned) ? 'proof' : cleaned.slice(-150);
}
