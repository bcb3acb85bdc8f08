import { demand } from './class-check.ts';
import { isLabelKey, isLabelValue } from './kubernetes-names.ts';

/** The most tolerations that a class has. */
export const MOST_TOLERATIONS = 16;
export const TOLERATION_OPERATORS = ['Equal', 'Exists'] as const;
export const TAINT_EFFECTS = ['NoExecute', 'NoSchedule', 'PreferNoSchedule'] as const;

/** Which taints of nodes the pods of a class tolerate, as in a pod's spec. */
export interface Toleration {
  /** Absent: every key. */
  readonly key?: string;
  /** `Equal` compares the value of the taint, `Exists` accepts every value. */
  readonly operator: (typeof TOLERATION_OPERATORS)[number];
  /** Only with `Equal`. Absent: the taint has no value. */
  readonly value?: string;
  /** Absent: every effect. */
  readonly effect?: (typeof TAINT_EFFECTS)[number];
  /** Only with `NoExecute`: for how many seconds a pod stays on its node after the node gets the taint. Absent: for ever. */
  readonly tolerationSeconds?: number;
}

/** As people write it. An operator that is left out is `Equal`, and an empty text is as good as none. */
export type TolerationInput = Omit<Toleration, 'operator' | 'effect'> & { readonly operator?: string; readonly effect?: string };

/** The tolerations as described, under the rules of Kubernetes. @throws DomainError `catalog.invalid-class` naming the field */
export function describeTolerations(input: readonly TolerationInput[]): Toleration[] {
  demand(
    input.length <= MOST_TOLERATIONS,
    '/tolerations',
    `The class has ${input.length} tolerations.`,
    `Give at most ${MOST_TOLERATIONS}; one with the operator Exists covers every value of its key.`,
  );
  return input.map((toleration, index) => describeToleration(toleration, `/tolerations/${index}`));
}

function describeToleration(input: TolerationInput, field: string): Toleration {
  const { key = '', operator = 'Equal', value = '', effect = '', tolerationSeconds } = input;
  demand(
    isOneOf(TOLERATION_OPERATORS, operator),
    `${field}/operator`,
    `"${operator}" is not an operator of tolerations.`,
    'Use Equal or Exists.',
  );
  demand(
    key === '' ? operator === 'Exists' : isLabelKey(key),
    `${field}/key`,
    key === '' ? 'A toleration without a key has the operator Equal.' : `"${key}" is not the key of a taint.`,
    key === ''
      ? 'Give the key of the taint, or the operator Exists, which then tolerates every taint.'
      : 'Write the key as the node has it.',
  );
  demand(
    operator === 'Exists' ? value === '' : isLabelValue(value),
    `${field}/value`,
    operator === 'Exists' ? 'A toleration with the operator Exists has a value.' : `"${value}" is not the value of a taint.`,
    operator === 'Exists' ? 'Remove the value, or use the operator Equal.' : 'Write the value as the node has it, at most 63 characters.',
  );
  demand(
    effect === '' || isOneOf(TAINT_EFFECTS, effect),
    `${field}/effect`,
    `"${effect}" is not an effect of taints.`,
    'Use NoExecute, NoSchedule or PreferNoSchedule, or leave it out for all of them.',
  );
  demand(
    tolerationSeconds === undefined || effect === 'NoExecute',
    `${field}/tolerationSeconds`,
    'Only a toleration with the effect NoExecute has tolerationSeconds.',
    'Give the effect NoExecute, or remove tolerationSeconds.',
  );
  demand(
    tolerationSeconds === undefined || (Number.isSafeInteger(tolerationSeconds) && tolerationSeconds >= 0),
    `${field}/tolerationSeconds`,
    `${tolerationSeconds} is not a number of seconds.`,
    'Give a whole number from 0, or remove it if the pods may stay.',
  );
  return {
    ...(key !== '' && { key }),
    operator,
    ...(value !== '' && { value }),
    ...(effect !== '' && { effect }),
    ...(tolerationSeconds !== undefined && { tolerationSeconds }),
  };
}

function isOneOf<T extends string>(all: readonly T[], text: string): text is T {
  return (all as readonly string[]).includes(text);
}
