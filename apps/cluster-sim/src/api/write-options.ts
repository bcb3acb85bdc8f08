import { badRequest } from './status.ts';

/** What the query string of a writing request asks for. */
export interface WriteOptions {
  readonly dryRun: boolean;
  readonly manager: string;
  /** Absent means Strict: the simulated server is no more forgiving than a careful client asks of a real one. */
  readonly fieldValidation: 'Strict' | 'Warn' | 'Ignore';
  readonly force: boolean;
}

export function writeOptions(query: URLSearchParams, userAgent: string | undefined): WriteOptions {
  const dryRun = query.get('dryRun');
  if (dryRun !== null && dryRun !== '' && dryRun !== 'All')
    throw badRequest(`Invalid value: "${dryRun}": dryRun: Unsupported value: supported values: "All"`);
  const validation = query.get('fieldValidation') ?? '';
  return {
    dryRun: dryRun === 'All',
    manager: query.get('fieldManager') ?? userAgent?.split('/')[0]?.trim() ?? 'unknown',
    fieldValidation: validation === 'Warn' || validation === 'Ignore' ? validation : 'Strict',
    force: query.get('force') === 'true',
  };
}
