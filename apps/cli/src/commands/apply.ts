import { basename } from 'node:path';
import type { Command } from 'commander';
import { type AmountOptions, amountIn, takesAmount } from '../amounts.ts';
import { type Api, answerOf, connect } from '../api-client.ts';
import type { operations } from '#api-client';
import { type Application, applicationColumns, attachmentColumns, dossierFacts, dossierOf } from '../application-view.ts';
import { parseInstant } from '../arguments.ts';
import { UsageError } from '../failures.ts';
import { readBody, readBytes } from '../input-file.ts';
import { firstOf } from '../pages.ts';
import { parkInstants } from '../park-time.ts';
import { programmeMeant, programmesById, unitOf } from '../programmes.ts';
import { ifMatch, idempotencyKey } from '../request-headers.ts';
import type { CliEnvironment } from '../cli-environment.ts';
import { type AddCommands, examples, type Listed, listVerb, showAll, showOne, showRow, type Shown, verb } from './command-context.ts';

type NewApplication = operations['applications.draft']['requestBody']['content']['application/json'];
type Change = operations['applications.edit']['requestBody']['content']['application/json'];

interface ContentOptions extends AmountOptions, Shown {
  readonly file?: string;
  readonly from?: string;
  readonly until?: string;
  readonly purpose?: string;
  readonly plan?: string;
  readonly contactName?: string;
  readonly contactPhone?: string;
}

function takesContent(command: Command): Command {
  return takesAmount(command, 'how much')
    .option('-f, --file <application.yaml>', 'the fields of the API in a file; options come before it; - reads standard input')
    .option('--from <instant>', 'first instant of the grant, or its day', parseInstant)
    .option('--until <instant>', 'end of the grant, or the day it ends with the beginning of', parseInstant)
    .option('--purpose <text>', 'what it is for')
    .option('--plan <text>', 'how it will be used')
    .option('--contact-name <name>', 'whom to ask')
    .option('--contact-phone <phone>', 'and where');
}

/** The fields from the options, which replace those of a file. */
async function contentOf(api: Api, options: ContentOptions, amount: number | undefined): Promise<Change> {
  const { from, until, purpose, plan, contactName, contactPhone } = options;
  return {
    ...(amount !== undefined && { amount }),
    ...(await parkInstants(api, { validFrom: from, validUntil: until })),
    ...(purpose !== undefined && { purpose }),
    ...(plan !== undefined && { plan }),
    ...(contactName !== undefined && { contactName }),
    ...(contactPhone !== undefined && { contactPhone }),
  };
}

const applicationOf = async (api: Api, id: string): Promise<Application> =>
  answerOf(await api.GET('/api/v1/applications/{id}', { params: { path: { id } } }));

async function showApplication(environment: CliEnvironment, api: Api, shown: Shown, application: Application): Promise<void> {
  showRow(environment, shown, application, applicationColumns(await programmesById(api)));
}

const addDraft: AddCommands = (apply, environment) => {
  const lines = [
    'mss apply draft --programme xuhui-2026 --yuan 120000 --from 2026-12-01 --until 2027-06-01 --purpose "72B 微调"',
    'mss apply draft -f application.yaml',
  ];
  takesContent(verb(apply, 'draft', 'begin an application', ...lines))
    .option('--programme <id or code>', 'which programme')
    .action(async ({ programme, ...options }: ContentOptions & { programme?: string }) => {
      const api = await connect(environment);
      const file = options.file === undefined ? {} : await readBody<Partial<NewApplication>>(environment, options.file);
      const meant = programme ?? file.programmeId;
      if (meant === undefined) throw new UsageError('--programme is missing.', 'mss programme ls shows what is open.');
      const { id: programmeId, unit } = await programmeMeant(api, meant);
      const body: NewApplication = { kind: 'grant', ...file, programmeId, ...(await contentOf(api, options, amountIn(unit, options))) };
      await showApplication(
        environment,
        api,
        options,
        answerOf(await api.POST('/api/v1/applications', { body, params: { header: idempotencyKey() } })),
      );
    });
};

const ABOUT_A_GRANT = [
  ['increase', 'ask for more on a grant', 'mss apply increase grant_01j8 --yuan 50000 --purpose "二期训练"'],
  ['extension', 'ask for more time on a grant', 'mss apply extension grant_01j8 --until 2027-12-31 --purpose "评测推迟"'],
  ['renewal', 'ask for another grant after one', 'mss apply renewal grant_01j8 --yuan 80000 --from 2027-06-01 --until 2027-12-01'],
] as const;

const addAmendments: AddCommands = (apply, environment) => {
  for (const [kind, about, example] of ABOUT_A_GRANT) {
    takesContent(verb(apply, kind, about, example))
      .argument('<grant>', 'its id')
      .action(async (grantId: string, options: ContentOptions) => {
        const api = await connect(environment);
        const { unit, programmeId } = answerOf(await api.GET('/api/v1/grants/{id}', { params: { path: { id: grantId } } }));
        const file = options.file === undefined ? {} : await readBody<Change>(environment, options.file);
        const content = { ...file, ...(await contentOf(api, options, amountIn(unit, options))) };
        const body: NewApplication = { kind, grantId, ...(kind === 'renewal' && { programmeId }), ...content };
        await showApplication(
          environment,
          api,
          options,
          answerOf(await api.POST('/api/v1/applications', { body, params: { header: idempotencyKey() } })),
        );
      });
  }
};

const addEditing: AddCommands = (apply, environment) => {
  takesContent(
    verb(apply, 'edit', 'change a draft, or what was returned', 'mss apply edit application_01j8 --purpose "72B 微调，服务三家医院"'),
  )
    .argument('<application>', 'its id')
    .action(async (id: string, options: ContentOptions) => {
      const api = await connect(environment);
      const application = await applicationOf(api, id);
      const file = options.file === undefined ? {} : await readBody<Change>(environment, options.file);
      const body = { ...file, ...(await contentOf(api, options, amountIn(await unitOf(api, application.programmeId), options))) };
      const params = { path: { id }, header: ifMatch(application) };
      await showApplication(environment, api, options, answerOf(await api.PATCH('/api/v1/applications/{id}', { params, body })));
    });
  verb(apply, 'submit', 'hand it in', 'mss apply submit application_01j8')
    .argument('<application>', 'its id')
    .action(async (id: string, shown: Shown) => {
      const api = await connect(environment);
      const params = { path: { id }, header: ifMatch(await applicationOf(api, id)) };
      await showApplication(environment, api, shown, answerOf(await api.POST('/api/v1/applications/{id}/submit', { params })));
    });
  verb(apply, 'withdraw', 'take it back before it is decided', 'mss apply withdraw application_01j8 --reason "改用自有资金"')
    .argument('<application>', 'its id')
    .option('--reason <text>', 'why', '')
    .action(async (id: string, { reason, ...shown }: Shown & { reason: string }) => {
      const api = await connect(environment);
      const params = { path: { id }, header: ifMatch(await applicationOf(api, id)) };
      const withdrawn = answerOf(await api.POST('/api/v1/applications/{id}/withdraw', { params, body: { reason } }));
      await showApplication(environment, api, shown, withdrawn);
    });
};

const addAttachments: AddCommands = (apply, environment) => {
  verb(
    apply,
    'attach',
    'add a paper: PDF, PNG, JPEG, Word or Excel',
    'mss apply attach application_01j8 licence.pdf --kind business-licence',
  )
    .argument('<application>', 'its id')
    .argument('<file>', 'the paper')
    .option('--kind <word>', 'which of the papers the programme asks for', 'other')
    .option('--name <file name>', 'what it is called (default: the name of the file)')
    .action(async (id: string, file: string, { kind, name, ...shown }: Shown & { kind: string; name?: string }) => {
      const content = await readBytes(file);
      const attachment = answerOf(
        await (
          await connect(environment)
        ).POST('/api/v1/applications/{id}/attachments', {
          params: { path: { id }, query: { kind, fileName: name ?? basename(file) }, header: idempotencyKey() },
          // The body is the file itself. The OpenAPI description has no type for bytes except string.
          body: content as unknown as string,
          bodySerializer: (body) => body,
          headers: { 'content-type': 'application/octet-stream' },
        }),
      );
      showRow(environment, shown, attachment, attachmentColumns);
    });
  apply
    .command('detach')
    .description('take a paper off again')
    .argument('<application>', 'its id')
    .argument('<attachment>', 'id of the paper')
    .addHelpText('after', examples('mss apply detach application_01j8 attachment_01j8'))
    .action(async (id: string, attachment: string) => {
      const params = { path: { id, attachment } };
      answerOf(await (await connect(environment)).DELETE('/api/v1/applications/{id}/attachments/{attachment}', { params }));
    });
};

const addReading: AddCommands = (apply, environment) => {
  listVerb(apply, 'ls', 'your applications', 'mss apply ls', 'mss apply ls --status returned')
    .option('--status <status>', 'only in this status')
    .action(async ({ status, ...listed }: Listed & { status?: Application['status'] }) => {
      const api = await connect(environment);
      const filter = status === undefined ? {} : { status };
      const applications = await firstOf(listed.limit, (page) =>
        api.GET('/api/v1/applications', { params: { query: { ...filter, ...page } } }),
      );
      showAll(environment, listed, applications, applicationColumns(await programmesById(api)));
    });
  verb(apply, 'show', 'an application with its papers, steps and comments', 'mss apply show application_01j8')
    .argument('<application>', 'its id')
    .action(async (id: string, shown: Shown) => {
      const dossier = await dossierOf(await connect(environment), id);
      showOne(environment, shown, dossier, dossierFacts(dossier));
    });
};

export const addApply: AddCommands = (program, environment) => {
  const apply = program.command('apply').description('apply for subsidy');
  for (const add of [addDraft, addAmendments, addEditing, addAttachments, addReading]) add(apply, environment);
};
