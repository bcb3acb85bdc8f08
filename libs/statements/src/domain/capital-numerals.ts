import { type Fen, invariant } from '#kernel';

const DIGITS = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
const MYRIAD = 10_000n;
const HUNDRED_MILLION = 100_000_000n;
/** Above it, writers differ on what the groups are called. */
const TOO_MANY_YUAN = HUNDRED_MILLION * HUNDRED_MILLION;

function digit(value: bigint): string {
  return DIGITS[Number(value)] ?? '';
}

/** A group and what follows it: one 零 stands for all zeros between them. */
function followedBy(group: string, rest: bigint, smallestWithoutGap: bigint): string {
  if (rest === 0n) return group;
  return `${group}${rest < smallestWithoutGap ? '零' : ''}${integer(rest)}`;
}

function integer(value: bigint): string {
  for (const [unit, name] of [
    [HUNDRED_MILLION, '亿'],
    [MYRIAD, '万'],
    [1_000n, '仟'],
    [100n, '佰'],
    [10n, '拾'],
  ] as const) {
    if (value >= unit) return followedBy(`${integer(value / unit)}${name}`, value % unit, unit / 10n);
  }
  return digit(value);
}

/**
 * An amount of money in capital numerals (大写金额), as Chinese cheques and invoices write it: 12345.06 yuan is
 * 壹万贰仟叁佰肆拾伍元零陆分. 整 follows yuan and jiao, not fen; an amount below zero begins with 负.
 */
export function capitalNumerals(fen: Fen): string {
  if (fen < 0n) return `负${capitalNumerals(-fen)}`;
  const [yuan, jiao, rest] = [fen / 100n, (fen / 10n) % 10n, fen % 10n];
  invariant(yuan < TOO_MANY_YUAN, 'capital numerals end below ten thousand million million yuan');
  const whole = yuan === 0n && fen !== 0n ? '' : `${integer(yuan)}元`;
  if (jiao === 0n && rest === 0n) return `${whole}整`;
  const tenths = jiao > 0n ? `${digit(jiao)}角` : whole === '' ? '' : '零';
  return `${whole}${tenths}${rest > 0n ? `${digit(rest)}分` : '整'}`;
}
