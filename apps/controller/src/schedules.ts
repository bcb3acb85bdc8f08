import { Injectable } from '@nestjs/common';
import { OUTBOX_TOPIC } from '#database';
import { HOLDS_TOPIC } from '#funding';
import { FUNDS_TOPIC } from '#grants';
import { JOBS_TOPIC, QUEUE_TOPIC } from '#jobs';
import { COMPANIES_TOPIC } from '#tenancy';
import { ControllerSettings } from './controller-settings.ts';
import { ADMISSION_PERIOD_MS, AdmissionLoop } from './loops/admission.loop.ts';
import { CompanyStatusLoop } from './loops/company-status.loop.ts';
import { LastSeenLoop } from './loops/last-seen.loop.ts';
import { MeteringLoop } from './loops/metering.loop.ts';
import { NotificationsLoop } from './loops/notifications.loop.ts';
import { WorkloadsLoop } from './loops/workloads.loop.ts';
import type { Schedule } from './schedules/schedule.ts';
import { ScheduledMethods } from './schedules/scheduled-methods.ts';

/** What a controller repeats, and when: the turns that events begin, and the methods with `@Cron` or `@Interval` and `@Leading`. */
@Injectable()
export class Schedules {
  constructor(
    private readonly admission: AdmissionLoop,
    private readonly workloads: WorkloadsLoop,
    private readonly metering: MeteringLoop,
    private readonly lastSeen: LastSeenLoop,
    private readonly companyStatus: CompanyStatusLoop,
    private readonly notifications: NotificationsLoop,
    private readonly methods: ScheduledMethods,
    private readonly settings: ControllerSettings,
  ) {}

  all(): Schedule[] {
    return [...this.#begunByEvents(), ...this.methods.find()];
  }

  #begunByEvents(): Schedule[] {
    const { meteringTickSeconds, lastSeenSeconds } = this.settings;
    return [
      {
        name: 'admission',
        trigger: {
          ...{ kind: 'event', topics: [QUEUE_TOPIC, COMPANIES_TOPIC, FUNDS_TOPIC, HOLDS_TOPIC], pods: 'freed', nodes: true },
          milliseconds: ADMISSION_PERIOD_MS,
        },
        turn: (term) => this.admission.turn(term),
      },
      {
        name: 'workloads',
        trigger: { kind: 'event', topics: [JOBS_TOPIC], pods: 'all', milliseconds: 2_000 },
        turn: (term) => this.workloads.turn(term),
      },
      {
        name: 'metering',
        trigger: { kind: 'event', topics: [FUNDS_TOPIC], milliseconds: meteringTickSeconds * 1_000 },
        turn: (term) => this.metering.turn(term),
      },
      {
        name: 'last-seen',
        trigger: { kind: 'event', topics: [], milliseconds: lastSeenSeconds * 1_000 },
        turn: (term) => this.lastSeen.turn(term),
      },
      {
        name: 'company-status',
        trigger: { kind: 'event', topics: [COMPANIES_TOPIC], milliseconds: 5_000 },
        turn: (term) => this.companyStatus.turn(term),
      },
      {
        name: 'notifications',
        trigger: { kind: 'event', topics: [OUTBOX_TOPIC], milliseconds: 5_000 },
        turn: (term) => this.notifications.turn(term),
      },
    ];
  }
}
