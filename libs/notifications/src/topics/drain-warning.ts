import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { DRAIN_WARNED, type DrainWarned } from '#jobs';
import { membersOf } from '#tenancy';
import type { Notification } from '../domain/notification.ts';
import type { TopicHandler } from './topic.ts';

const DAY_MS = 86_400_000;

/** Warns the owners of a company, and whoever submitted the jobs, that jobs will be stopped because the company is no longer active. */
@Injectable()
export class DrainWarningTopic implements TopicHandler<DrainWarned> {
  readonly topic = DRAIN_WARNED;
  readonly giveUpAfterMs = DAY_MS;

  async notifications(tx: Tx, { company, jobs, stopsAt }: DrainWarned): Promise<Notification[]> {
    const submitters = new Set(jobs.map(({ submittedBy }) => submittedBy));
    const members = await membersOf(tx, company.id);
    const concerned = members.filter(({ role, userId }) => role === 'owner' || submitters.has(userId));
    const reason = company.reason === null ? { zh: '', en: '' } : { zh: `（${company.reason}）`, en: ` (${company.reason})` };
    return concerned.map(({ userId, email, name }) => ({
      recipient: { userId, email, name },
      title: { zh: `${company.name} 的作业即将停止`, en: 'jobs will be stopped' },
      text: {
        zh: `${company.name} 的状态已变为 ${company.status}${reason.zh}。以下作业将于 ${stopsAt} 停止，请及时保存检查点。`,
        en: `${company.name} is ${company.status}${reason.en}. These jobs get SIGTERM at ${stopsAt} and then their grace:`,
      },
      details: jobs.map((job) => `  ${job.name} (${job.id})`).join('\n'),
      isMailed: true,
      isNotice: true,
    }));
  }
}
