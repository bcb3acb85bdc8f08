import type { components } from '#api-client';
import { type Api, answerOf, connect } from '../api-client.ts';
import { companyMeant } from '../capacity.ts';
import type { Column } from '../output.ts';
import { idempotencyKey, ifMatch } from '../request-headers.ts';
import { type AddCommands, showAll, showRow, type Shown, verb } from './command-context.ts';
import { companyOption } from './member.ts';

type Project = components['schemas']['Project'];

interface Described {
  readonly purpose?: string;
  readonly model?: string;
  readonly filingNumber?: string;
}

interface InCompany {
  readonly company?: string;
}

const columns: Column<Project>[] = [
  { title: 'code', of: ({ code }) => code },
  { title: 'title', of: ({ title }) => title },
  { title: 'model', of: ({ model }) => model ?? '' },
  { title: 'filing number', of: ({ filingNumber }) => filingNumber ?? '' },
  { title: 'purpose', of: ({ purpose }) => purpose ?? '' },
  { title: 'archived', of: ({ archivedAt }) => archivedAt ?? '' },
];

async function changed(api: Api, code: string, body: Described & { title?: string; archived?: boolean }): Promise<Project> {
  const path = { id: await companyMeant(api, undefined), code };
  const project = answerOf(await api.GET('/api/v1/companies/{id}/projects/{code}', { params: { path } }));
  return answerOf(await api.PATCH('/api/v1/companies/{id}/projects/{code}', { params: { path, header: ifMatch(project) }, body }));
}

export const addProject: AddCommands = (program, environment) => {
  const project = program.command('project').description('projects of a company, which its jobs may name');
  verb(project, 'ls', 'projects of a company', 'mss project ls', 'mss project ls --open')
    .addOption(companyOption())
    .option('--open', 'without the archived ones')
    .action(async ({ company, open, ...shown }: Shown & InCompany & { open?: true }) => {
      const api = await connect(environment);
      const params = { path: { id: await companyMeant(api, company) }, query: open === true ? { archived: 'false' as const } : {} };
      showAll(environment, shown, answerOf(await api.GET('/api/v1/companies/{id}/projects', { params })).items, columns);
    });
  verb(project, 'add', 'add a project of your company', 'mss project add chat --title 客服大模型 --model jd-chat-7b')
    .argument('<code>', 'how job files name it: lower-case letters, digits and hyphens')
    .requiredOption('--title <text>', 'its name')
    .option('--purpose <text>', 'what it is for')
    .option('--model <name>', 'the model that it trains or serves')
    .option('--filing-number <text>', 'filing number (备案号) of the model')
    .action(async (code: string, { output, title, ...described }: Shown & Described & { title: string }) => {
      const api = await connect(environment);
      const params = { path: { id: await companyMeant(api, undefined) }, header: idempotencyKey() };
      const body = { code, title, ...described };
      showRow(environment, { output }, answerOf(await api.POST('/api/v1/companies/{id}/projects', { params, body })), columns);
    });
  verb(project, 'change', 'change what is said of a project', 'mss project change chat --filing-number Shanghai-2026-0007')
    .argument('<code>', 'its code')
    .option('--title <text>', 'its name')
    .option('--purpose <text>', 'what it is for')
    .option('--model <name>', 'the model that it trains or serves')
    .option('--filing-number <text>', 'filing number (备案号) of the model')
    .action(async (code: string, { output, ...described }: Shown & Described & { title?: string }) => {
      showRow(environment, { output }, await changed(await connect(environment), code, described), columns);
    });
  for (const [name, archived, about] of [
    ['archive', true, 'let no new job name a project'],
    ['reopen', false, 'let jobs name an archived project again'],
  ] as const)
    verb(project, name, about, `mss project ${name} chat`)
      .argument('<code>', 'its code')
      .action(async (code: string, shown: Shown) => {
        showRow(environment, shown, await changed(await connect(environment), code, { archived }), columns);
      });
};
