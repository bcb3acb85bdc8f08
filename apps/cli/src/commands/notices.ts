import type { components } from '#api-client';
import { answerOf, connect } from '../api-client.ts';
import { UsageError } from '../failures.ts';
import type { Column } from '../output.ts';
import { firstOf } from '../pages.ts';
import { type AddCommands, examples, type Listed, listVerb, showAll } from './command-context.ts';

type Notice = components['schemas']['Notice'];

const columns: Column<Notice>[] = [
  { title: 'id', of: ({ id }) => id },
  { title: 'at', of: ({ at }) => at },
  { title: 'read', of: ({ readAt }) => (readAt === null ? 'no' : 'yes') },
  { title: 'title', of: ({ title }) => title.en },
  { title: 'text', of: ({ text }) => text.en.replaceAll(/\s*\n\s*/g, ' ') },
];

export const addNotices: AddCommands = (program, environment) => {
  const notices = listVerb(program, 'notices', 'what concerns you, the newest first', 'mss notices --unread', 'mss notices read --all')
    .option('--unread', 'only those that are unread')
    .action(async ({ unread, limit, ...shown }: Listed & { unread?: true }) => {
      const api = await connect(environment);
      const items = await firstOf(limit, (query) =>
        api.GET('/api/v1/me/notices', { params: { query: { ...query, ...(unread === true && { unread: 'true' as const }) } } }),
      );
      showAll(environment, shown, items, columns);
    });
  notices
    .command('read')
    .description('mark notices as read')
    .argument('[notice...]', 'their ids')
    .option('--all', 'all that you have now')
    .addHelpText('after', examples('mss notices read notice_01j8', 'mss notices read --all'))
    .action(async (ids: string[], { all }: { all?: true }) => {
      if ((all === true) === ids.length > 0) throw new UsageError('Give the ids of notices, or --all.');
      const api = await connect(environment);
      for (const id of ids) answerOf(await api.PUT('/api/v1/me/notices/{id}/read', { params: { path: { id } } }));
      if (all !== true) return;
      const [newest] = answerOf(await api.GET('/api/v1/me/notices', { params: { query: { limit: 1 } } })).items;
      if (newest !== undefined) answerOf(await api.PUT('/api/v1/me/notices/read', { body: { upTo: newest.id } }));
    });
};
