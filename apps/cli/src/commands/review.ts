import { type AmountOptions, amountIn, takesAmount } from '../amounts.ts';
import { type Api, answerOf, connect } from '../api-client.ts';
import { type Application, applicationColumns, type ApplicationSummary, dossierFacts, dossierOf } from '../application-view.ts';
import { parseInstant } from '../arguments.ts';
import { companyFilter } from '../capacity.ts';
import { writeDocument } from '../document-file.ts';
import { connectForFiles, downloaded } from '../download.ts';
import { UsageError } from '../failures.ts';
import { firstOf } from '../pages.ts';
import { parkInstants } from '../park-time.ts';
import { programmesById, unitOf } from '../programmes.ts';
import { ifMatch, idempotencyKey } from '../request-headers.ts';
import { type AddCommands, examples, type Listed, listVerb, showAll, showOne, showRow, type Shown, verb } from './command-context.ts';

interface DecisionOptions extends AmountOptions, Shown {
  readonly until?: string;
  readonly opinion?: string;
}

type Step = 'review' | 'decision';
type Verdict = 'recommend' | 'return' | 'decline' | 'approve' | 'reject';

/** The next step of an application: the review, then the decision of administrators. */
const stepOf = ({ status }: ApplicationSummary): Step => (status === 'submitted' ? 'review' : 'decision');

const DECISIONS = [
  ['recommend', 'first review: recommend it (推荐)', 'mss review recommend application_01j8 --yuan 100000 --opinion "同意推荐"'],
  ['approve', 'final approval, also the first of two (批准)', 'mss review approve application_01j8 --yuan 80000 --opinion "部分批准"'],
  ['return', 'send it back for changes (退回)', 'mss review return application_01j8 --opinion "请写明用途"'],
  ['reject', 'refuse it (不予支持)', 'mss review reject application_01j8 --opinion "不符合条件"'],
] as const;

/** The name of the decision in the API at this step. */
function verdictOf(decision: (typeof DECISIONS)[number][0], step: Step): Verdict {
  return decision === 'reject' && step === 'review' ? 'decline' : decision;
}

async function decide(api: Api, id: string, decision: (typeof DECISIONS)[number][0], options: DecisionOptions): Promise<Application> {
  const application = answerOf(await api.GET('/api/v1/applications/{id}', { params: { path: { id } } }));
  const step = decision === 'recommend' ? 'review' : decision === 'approve' ? 'decision' : stepOf(application);
  const amount = amountIn(await unitOf(api, application.programmeId), options);
  const params = { path: { id }, header: ifMatch(application) };
  const body = {
    ...(amount !== undefined && { amount }),
    ...(await parkInstants(api, { validUntil: options.until })),
    ...(options.opinion !== undefined && { opinion: options.opinion }),
  };
  const verdict = verdictOf(decision, step);
  if (verdict === 'recommend' || verdict === 'decline') {
    return answerOf(await api.POST('/api/v1/applications/{id}/review', { params, body: { ...body, verdict } }));
  }
  if (verdict === 'return' && step === 'review') {
    return answerOf(await api.POST('/api/v1/applications/{id}/review', { params, body: { ...body, verdict } }));
  }
  return answerOf(await api.POST('/api/v1/applications/{id}/decision', { params, body: { ...body, verdict } }));
}

const addDecisions: AddCommands = (review, environment) => {
  for (const [decision, about, example] of DECISIONS) {
    const command = verb(review, decision, about, example)
      .argument('<application>', 'its id')
      .option('--opinion <text>', 'for the applicant to read; a return or refusal needs one')
      .action(async (id: string, options: DecisionOptions) => {
        const api = await connect(environment);
        showRow(environment, options, await decide(api, id, decision, options), applicationColumns(await programmesById(api)));
      });
    if (decision === 'recommend' || decision === 'approve') {
      takesAmount(command, 'how much of it').option('--until <instant>', 'until when, where it asks for time', parseInstant);
    }
  }
};

/** The applications that wait for this person. Each action is possible in some statuses only. */
const WAITING = [
  { action: 'application.review', on: ['submitted'] },
  { action: 'application.decide', on: ['recommended', 'endorsed'] },
] as const;

const addQueue: AddCommands = (review, environment) => {
  listVerb(review, 'queue', 'what waits for your decision', 'mss review queue', 'mss review queue --overdue')
    .option('--overdue', 'only what is past its due date')
    .option('--company <id or slug>', 'only of this company')
    .option('--programme <id>', 'only of this programme')
    .action(async (options: Listed & { overdue?: true; company?: string; programme?: string }) => {
      const { overdue, company, programme, ...listed } = options;
      const api = await connect(environment);
      const { actions } = answerOf(await api.GET('/api/v1/me'));
      const statuses = WAITING.flatMap(({ action, on }) => (actions.includes(action) ? on : []));
      if (statuses.length === 0) throw new UsageError('You neither review nor decide.', 'mss apply ls shows your own applications.');
      const filter = {
        ...(overdue === true && { overdue: 'true' as const }),
        ...(await companyFilter(api, company)),
        ...(programme !== undefined && { programme }),
      };
      const found: ApplicationSummary[] = [];
      for (const status of statuses) {
        const rest = listed.limit - found.length;
        found.push(
          ...(await firstOf(rest, (page) => api.GET('/api/v1/applications', { params: { query: { ...filter, status, ...page } } }))),
        );
      }
      showAll(environment, listed, found, applicationColumns(await programmesById(api)));
    });
};

const addReading: AddCommands = (review, environment) => {
  verb(review, 'show', 'an application with its papers, steps and comments', 'mss review show application_01j8')
    .argument('<application>', 'its id')
    .action(async (id: string, shown: Shown) => {
      const dossier = await dossierOf(await connect(environment), id);
      showOne(environment, shown, dossier, dossierFacts(dossier));
    });
  review
    .command('paper')
    .description('fetch a paper of an application')
    .argument('<application>', 'its id')
    .argument('<attachment>', 'id of the paper')
    .requiredOption('--file <path>', 'where to write it')
    .addHelpText('after', examples('mss review paper application_01j8 attachment_01j8 --file licence.pdf'))
    .action(async (id: string, attachment: string, { file }: { file: string }) => {
      const request = { params: { path: { id, attachment } }, parseAs: 'stream' as const };
      const answer = await (await connectForFiles(environment)).GET('/api/v1/applications/{id}/attachments/{attachment}', request);
      await writeDocument(environment, file, downloaded(answer));
    });
  verb(review, 'comment', 'say something about it', 'mss review comment application_01j8 "用途太短" --park')
    .argument('<application>', 'its id')
    .argument('<text>', 'what to say')
    .option('--park', "not for the company's eyes")
    .action(async (id: string, body: string, { park, ...shown }: Shown & { park?: true }) => {
      const comment = answerOf(
        await (
          await connect(environment)
        ).POST('/api/v1/applications/{id}/comments', {
          params: { path: { id }, header: idempotencyKey() },
          body: { body, audience: park === true ? 'park' : 'everybody' },
        }),
      );
      showRow(environment, shown, comment, [
        { title: 'at', of: ({ at }) => at },
        { title: 'for', of: ({ audience }) => audience },
        { title: 'comment', of: ({ body }) => body },
      ]);
    });
};

const addWithdraw: AddCommands = (review, environment) => {
  verb(review, 'withdraw', 'take back a freeze or claw-back that you proposed', 'mss review withdraw application_01j8 --reason "误报"')
    .argument('<application>', 'its id')
    .option('--reason <text>', 'why', '')
    .action(async (id: string, { reason, ...shown }: Shown & { reason: string }) => {
      const api = await connect(environment);
      const application = answerOf(await api.GET('/api/v1/applications/{id}', { params: { path: { id } } }));
      const params = { path: { id }, header: ifMatch(application) };
      const withdrawn = answerOf(await api.POST('/api/v1/applications/{id}/proposal-withdrawal', { params, body: { reason } }));
      showRow(environment, shown, withdrawn, applicationColumns(await programmesById(api)));
    });
};

export const addReview: AddCommands = (program, environment) => {
  const review = program.command('review').description('review and decide on applications');
  for (const add of [addQueue, addReading, addDecisions, addWithdraw]) add(review, environment);
};
