import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { JOBS_ENDED, type JobsEnded, type ReportedEnd } from '#jobs';
import { type Member, membersOf } from '#tenancy';
import type { Bilingual, Notification } from '../domain/notification.ts';
import type { TopicHandler } from './topic.ts';

const DAY_MS = 86_400_000;

type EndedJob = JobsEnded['jobs'][number];

const TEXTS: Readonly<Record<ReportedEnd, Bilingual>> = {
  failed: {
    zh: '以下作业失败，原因在作业自身。请查看日志，修改后重新提交。',
    en: 'These jobs failed by their own fault. Read their logs, mend them and submit them again:',
  },
  'timed-out': {
    zh: '以下作业达到最长运行时间，已结束。',
    en: 'These jobs reached their max runtime and ended:',
  },
  suspended: {
    zh: '以下作业因资金用尽已暂停。充值或获得补贴后可恢复运行（mss resume）。',
    en: 'These jobs were suspended because their funds ended. They can be resumed with new funds (mss resume):',
  },
  requeued: {
    zh: '以下作业因平台故障中断，已回到队列，将自动重新运行。损失的 卡时可由平台退还。',
    en: 'The platform failed these jobs. They are in the queue again and will start by themselves. What they lost can be credited back:',
  },
  preempted: {
    zh: '以下作业已为其他作业让出 GPU（低优先级或借用的 GPU），按实际运行的秒数计费。作业保留原来的排队位置，将自动重新运行。',
    en: 'These jobs were stopped for other jobs, because they are preemptible or borrowed GPUs. They pay for the seconds that they ran, keep their place in the queue, and will start again by themselves:',
  },
};

const TITLES: Readonly<Record<ReportedEnd, Bilingual>> = {
  failed: { zh: '失败', en: 'failed' },
  'timed-out': { zh: '达到最长运行时间', en: 'reached the max runtime' },
  suspended: { zh: '因资金用尽已暂停', en: 'suspended: the funds ended' },
  requeued: { zh: '因平台故障回到队列', en: 'back in the queue after a failure of the platform' },
  preempted: { zh: '已让出 GPU，回到队列', en: 'stopped for other jobs, and back in the queue' },
};

/** Shows whoever submitted jobs how they ended, and the owners too where funds ended, because owners can provide more. */
@Injectable()
export class JobEndedTopic implements TopicHandler<JobsEnded> {
  readonly topic = JOBS_ENDED;
  readonly giveUpAfterMs = DAY_MS;

  async notifications(tx: Tx, { end, jobs }: JobsEnded): Promise<Notification[]> {
    const concerned = new Map<string, { readonly member: Member; readonly jobs: EndedJob[] }>();
    for (const [companyId, own] of Map.groupBy(jobs, ({ tenantId }) => tenantId)) {
      for (const member of await membersOf(tx, companyId)) {
        const isOwner = member.role === 'owner' && end === 'suspended';
        const theirs = own.filter(({ submittedBy }) => isOwner || submittedBy === member.userId);
        const before = concerned.get(member.userId)?.jobs ?? [];
        if (theirs.length > 0) concerned.set(member.userId, { member, jobs: [...before, ...theirs] });
      }
    }
    return [...concerned.values()].map(({ member, jobs: theirs }) => notificationOf(member, end, theirs));
  }
}

function notificationOf({ userId, email, name }: Member, end: ReportedEnd, jobs: readonly EndedJob[]): Notification {
  const [first] = jobs;
  const [zh, en] = jobs.length === 1 ? [first?.name ?? '', first?.name ?? ''] : [`${jobs.length} 个作业`, `${jobs.length} jobs`];
  const lines = jobs.map((job) => lineOf(job, end));
  const textIn = (language: keyof Bilingual): string => [TEXTS[end][language], '', ...lines.map((line) => line[language])].join('\n');
  return {
    recipient: { userId, email, name },
    title: { zh: `${zh} ${TITLES[end].zh}`, en: `${en} ${TITLES[end].en}` },
    text: { zh: textIn('zh'), en: textIn('en') },
    isMailed: false,
    isNotice: true,
  };
}

/** The end's own words are English. In Chinese they stand only where the text above does not say as much. */
function lineOf({ name, id, attempt, detail }: EndedJob, end: ReportedEnd): Bilingual {
  const zh = `  ${name}（第 ${attempt} 次运行，${id}）`;
  const isTold = end === 'timed-out' || end === 'suspended' || end === 'preempted';
  return { zh: isTold ? zh : `${zh}：${detail}`, en: `  ${name} (${id}, attempt ${attempt}): ${detail}` };
}
