import { type AccountName, DomainError } from '#kernel';

/** What each line of an account can name. */
export const DIMENSIONS = ['company', 'programme', 'gpuClass', 'job'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

interface MappedAccount {
  readonly code: string;
  readonly name: string;
  readonly dimensions: readonly Dimension[];
}

type MappedKind = AccountName['kind'];

/** The accounts of a park's chart, by the ledger's kinds of accounts (rule L6). Each kind that moves in the period has to be there. */
export interface AccountMapping {
  readonly accounts: { readonly [kind in MappedKind]?: MappedAccount | undefined };
}

/**
 * The account of the chart for one kind of account.
 * @param entry the id of an entry that moves the kind, for the refusal
 * @throws DomainError `journal.account-unmapped`
 */
export function mappedAccount({ accounts }: AccountMapping, kind: MappedKind, entry: string): MappedAccount {
  const account = accounts[kind];
  if (account !== undefined) return account;
  throw new DomainError('journal.account-unmapped', {
    field: `/accounts/${kind}`,
    detail: `The mapping has no account for ${kind}, which the entry ${entry} moves.`,
    remedy: `Add ${kind} with its code and name under accounts.`,
  });
}
