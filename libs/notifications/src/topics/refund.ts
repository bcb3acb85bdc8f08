import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { JOBS_REFUNDED, type JobsRefunded } from '#jobs';
import { formatGpuHours } from '#kernel';
import { membersOf } from '#tenancy';
import type { Bilingual, Notification } from '../domain/notification.ts';
import type { TopicHandler } from './topic.ts';

const DAY_MS = 86_400_000;

/** Shows the owners of a company, and whoever submitted the jobs, what was credited back for an incident, or charged again (rule M8). */
@Injectable()
export class RefundTopic implements TopicHandler<JobsRefunded> {
  readonly topic = JOBS_REFUNDED;
  readonly giveUpAfterMs = 3 * DAY_MS;

  async notifications(tx: Tx, { kind, companyId, incidentId, reason, jobs }: JobsRefunded): Promise<Notification[]> {
    const submitters = new Set(jobs.map(({ submittedBy }) => submittedBy));
    const members = await membersOf(tx, companyId);
    const concerned = members.filter(({ role, userId }) => role === 'owner' || submitters.has(userId));
    const { title, text } = textsOf(kind, formatGpuHours(jobs.reduce((sum, { gpuSeconds }) => sum + BigInt(gpuSeconds), 0n)), reason);
    return concerned.map(({ userId, email, name }) => ({
      recipient: { userId, email, name },
      ...{ title, text },
      details: [
        ...jobs.map(({ id, name: job, gpuSeconds }) => `  ${formatGpuHours(BigInt(gpuSeconds))} GPU-h  ${job} (${id})`),
        `  ${incidentId}`,
      ].join('\n'),
      isMailed: false,
      isNotice: true,
    }));
  }
}

function textsOf(kind: JobsRefunded['kind'], gpuHours: string, reason: string): { readonly title: Bilingual; readonly text: Bilingual } {
  if (kind === 'refunded') {
    return {
      title: { zh: `退还 ${gpuHours} 卡时`, en: `${gpuHours} GPU-hours were credited back` },
      text: {
        zh: `因平台故障（${reason}），以下作业的 卡时已退还到支付它们的补贴或钱包。`,
        en: `The platform failed these jobs (${reason}). What they lost was credited back to the grants and the wallet that had paid for it:`,
      },
    };
  }
  return {
    title: { zh: `撤销退还 ${gpuHours} 卡时`, en: `a refund of ${gpuHours} GPU-hours was reversed` },
    text: {
      zh: `以下作业的退还已撤销（${reason}），相应 卡时重新计费。`,
      en: `The refund for these jobs was reversed (${reason}). They are charged for these GPU-hours again:`,
    },
  };
}
