import { AuditTrailService } from '#audit';
import { DomainError, type Instant } from '#kernel';
import { CompaniesService } from '#tenancy';
import type { ApiSettings } from '../../../api/src/settings.ts';
import type { StandaloneSettings } from '../standalone-settings.ts';
import { DEMO_COMPANIES } from './companies.ts';
import { isHalfMade } from './demo-mark.ts';
import { Office } from './office.ts';
import { makeHistory } from './park-history.ts';
import type { DemoAccount } from './park-setup.ts';
import { demoWorkload } from './workload.ts';

export interface FillOptions {
  readonly settings: Pick<StandaloneSettings, 'DEMO_JOBS' | 'DEMO_TRACE'>;
  readonly now: Instant;
  /** Takes a line for people. */
  readonly report: (line: string) => void;
}

/** Makes the demo's park in an empty database. @returns its people, with their passwords */
export async function fillDatabase(settings: ApiSettings, options: FillOptions): Promise<readonly DemoAccount[]> {
  const { now, report } = options;
  const workload = await demoWorkload(options.settings.DEMO_TRACE);
  report(`Making the history of a park: ${DEMO_COMPANIES.length} companies, jobs like ${workload.origin}`);
  const onProgress = (month: string, jobs: number): void => report(`  ${month} … ${jobs} jobs so far`);
  return await makeHistory(settings, { now, workload, jobsPerMonth: options.settings.DEMO_JOBS, onProgress });
}

/**
 * Makes the demo's park in a database that somebody else provides, if it has no companies.
 * @throws DomainError `demo.interrupted` for one in which it was begun before and not completed
 */
export async function fillIfEmpty(settings: ApiSettings, options: FillOptions): Promise<readonly DemoAccount[]> {
  const office = await Office.open(settings, options.now);
  try {
    const isEmpty = await office.run(async (tx) => {
      if (await isHalfMade(tx, office.get(AuditTrailService))) {
        throw new DomainError('demo.interrupted', {
          detail: 'The demo data of this database are incomplete, because the start that made them was interrupted.',
          remedy: 'Create the database anew and start again, or start with DEMO_DATA=false.',
          kind: 'conflict',
        });
      }
      return (await office.get(CompaniesService).list(tx, { limit: 1 })).length === 0;
    });
    if (!isEmpty) return [];
  } finally {
    await office.close();
  }
  return await fillDatabase(settings, options);
}
