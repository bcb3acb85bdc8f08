import { AuditService } from '#audit';
import { RemindersService } from '#applications';
import { LapsesService } from '#grants';
import { BusinessCalendar, type Instant, type Month } from '#kernel';
import { NotificationsService } from '#notifications';
import type { ApiSettings } from '../../../api/src/settings.ts';
import { DEMO_COMPANIES } from './companies.ts';
import { markDemo } from './demo-mark.ts';
import { FinanceStory } from './finance-story.ts';
import { JobHistory } from './job-history.ts';
import { type JobPlan, jobPlans } from './job-plans.ts';
import { Office } from './office.ts';
import { type DemoAccount, type Park, setUpPark } from './park-setup.ts';
import { submitPresentJobs } from './present-jobs.ts';
import { type Act, SubsidyStory } from './subsidy-story.ts';
import type { Workload } from './workload.ts';

const DAY = 86_400;
const HOUR = 3_600;
/** Months before the present one: three that are closed, and one that waits to be closed. */
const PAST_MONTHS = 4;
/** What happens within this time is done in one transaction. */
const STEP = 2 * HOUR;
/** Days of a month, the first one for what is due before the month is closed. */
const WEEKLY: ReadonlySet<string> = new Set(['01', '08', '15', '22']);

export interface HistoryOptions {
  /** The present. */
  readonly now: Instant;
  readonly jobsPerMonth: number;
  readonly workload: Workload;
  /** Called with each month that begins, and with how many jobs were submitted before. */
  readonly onProgress: (month: Month, jobs: number) => void;
}

/**
 * Makes the demo's park in an empty database: four months and the present one, through the services that run the park, on a clock that is
 * moved by hand. Ends with what waits and is queued at the present instant, and with the mark that the database holds demo data.
 * @returns the people who may sign in, with their passwords
 */
export async function makeHistory(settings: ApiSettings, options: HistoryOptions): Promise<readonly DemoAccount[]> {
  const { now } = options;
  const calendar = new BusinessCalendar(settings.timeZone);
  const months = monthsBefore(calendar, now);
  const from = calendar.startOf(months[0] ?? '') + 2 * HOUR;
  const office = await Office.open(settings, from);
  try {
    const park = await office.run(async (tx) => {
      await markDemo(tx, office.get(AuditService), 'begun');
      return await setUpPark(office, tx, now);
    });
    const acts = [...new SubsidyStory(office, park, from, now).acts(), ...new FinanceStory(office, park, months, now).acts()];
    const plans = months.flatMap((month) => {
      const begin = Math.max(calendar.startOf(month), from + 2 * DAY);
      const end = Math.min(calendar.endOf(month), now);
      const count = Math.round((options.jobsPerMonth * (end - begin)) / (calendar.endOf(month) - calendar.startOf(month)));
      return jobPlans(options.workload, Math.max(0, count), begin, end, now);
    });
    if (options.jobsPerMonth > 0) plans.push(exhausting(now));
    await live(office, park, acts, plans, options);
    office.moveTo(now);
    await office.run(async (tx) => {
      if (options.jobsPerMonth > 0) await submitPresentJobs(office, tx, park);
      await markDemo(tx, office.get(AuditService), 'loaded');
    });
    await deliver(office);
    return park.accounts;
  } finally {
    await office.close();
  }
}

function monthsBefore(calendar: Office['calendar'], now: Instant): Month[] {
  const months = [calendar.monthOf(now)];
  while (months.length <= PAST_MONTHS) months.unshift(calendar.previous(months[0] ?? ''));
  return months;
}

/** A job that nobody pays but a small grant of GPU-hours: it is suspended when the grant is used up. */
function exhausting(now: Instant): JobPlan {
  const company = DEMO_COMPANIES.find(({ slug }) => slug === 'moyu');
  if (company === undefined) throw new Error('moyu is not among the companies of the demo');
  return {
    ...{ submitAt: now - 5 * DAY, company, name: 'align-13b-long', gpuClass: 'h800', replicas: 2, gpusPerReplica: 8 },
    ...{ seconds: 48 * HOUR, maxRuntimeSeconds: 72 * HOUR, priority: 'high', outcome: 'succeeds' },
    ...{ selfPay: false, grace: '5m', resume: 'manual' },
  };
}

/** Goes through the time from the present instant of the office to `now`, and stops wherever something is due. */
async function live(office: Office, park: Park, acts: readonly Act[], plans: readonly JobPlan[], { now, onProgress }: HistoryOptions) {
  const jobs = new JobHistory(office, park.tenants);
  const actsLeft = acts.toSorted((a, b) => a.at - b.at);
  const plansLeft = plans.toSorted((a, b) => a.submitAt - b.submitAt);
  await doWeekly(office, jobs);
  let midnight = office.calendar.endOfDay(office.calendar.dayOf(office.now));
  let month: Month | undefined;
  while (office.now < now) {
    const present = office.calendar.monthOf(office.now);
    if (present !== month) onProgress(present, plans.length - plansLeft.length);
    month = present;
    const next = Math.min(jobs.nextAt, plansLeft[0]?.submitAt ?? now) + STEP;
    const at = Math.min(now, midnight, Math.max(actsLeft[0]?.at ?? now, office.now), Math.max(next, office.now));
    const due = countUntil(plansLeft, at);
    if (due > 0 || jobs.nextAt <= at) {
      await office.run(async (tx) => {
        await jobs.turn(tx, plansLeft.splice(0, due), at);
      });
    }
    office.moveTo(at);
    while ((actsLeft[0]?.at ?? Number.POSITIVE_INFINITY) <= at) {
      const act = actsLeft.shift();
      if (act !== undefined) await office.run((tx) => act.do(tx));
    }
    if (at < midnight) continue;
    const today = office.calendar.dayOf(office.now);
    await office.run((tx) => jobs.charge(tx));
    if (WEEKLY.has(today.slice(-2))) await doWeekly(office, jobs);
    midnight = office.calendar.endOfDay(today);
  }
  await office.run((tx) => jobs.cancelAll(tx));
  await doWeekly(office, jobs);
}

/** What the loops of the controller do more often. */
async function doWeekly(office: Office, jobs: JobHistory): Promise<void> {
  await jobs.refresh();
  await office.run(async (tx) => {
    await office.get(LapsesService).lapseDue(tx, office.now);
    await office.get(RemindersService).remindDue(tx, office.now);
  });
  await deliver(office);
}

function countUntil(plans: readonly JobPlan[], at: Instant): number {
  const first = plans.findIndex(({ submitAt }) => submitAt > at);
  return first === -1 ? plans.length : first;
}

/** Hands on what is recorded in the outbox. */
async function deliver(office: Office): Promise<void> {
  while (await office.get(NotificationsService).turn((work) => office.run(work)));
}
