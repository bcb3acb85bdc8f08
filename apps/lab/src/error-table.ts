import type { ErrorCodes, ThrownError } from './error-codes.ts';

interface Words {
  readonly meaning?: string;
  readonly remedy?: string;
}

const LOOK = { remedy: 'Check the id, and for which company you act.' };
const DEFECT = { remedy: 'This is a defect of the program that posts the entry: report it.' };

/** What the source does not say where it throws an error, because it is known only then or goes without saying. */
const WORDS: Readonly<Record<string, Words>> = {
  'application.period': {
    meaning: 'The period that the application asks for does not fit.',
    remedy: 'Ask for a period inside the programme.',
  },
  'api.stopping': { remedy: 'Send the request again: another process answers it.' },
  'catalog.invalid-class': { meaning: 'The GPU class is not usable as it is described.', remedy: 'Change the field that the error names.' },
  'cluster.refused': {
    meaning: 'The cluster refused an object as it is.',
    remedy: 'Read what the cluster said, and change the job accordingly.',
  },
  'company.status-unchanged': { remedy: 'Nothing is left to do.' },
  'database.login': { meaning: 'The login of DATABASE_URL cannot be made or admitted.', remedy: 'Change the URL as the error says.' },
  'idempotency.key': { remedy: 'Choose another key.' },
  'idempotency.key-missing': { meaning: 'The request moves money, and only an Idempotency-Key tells a repetition from a second one.' },
  'job.ended': { remedy: 'Submit it again, for example with `mss clone`.' },
  'job.dependency-failed': {
    meaning: 'The job needs the success of a job that has ended otherwise.',
    remedy: 'Submit that job again first, or wait for its end only.',
  },
  'job.unknown-dependency': {
    meaning: 'The company has no job of the id or name that the job waits for.',
    remedy: 'Name a job by its id or its name, as "mss ls" shows them.',
  },
  'job.invalid': { meaning: 'The job can never run as it is written.', remedy: 'Correct each fault that `errors` lists.' },
  'job.secret-unusable': {
    meaning: 'The job names a secret that its company does not have, or that is of another kind.',
    remedy: 'Create the secret, or correct its name, at each field that `errors` lists.',
  },
  'secret.content-invalid': {
    meaning: 'A value of the secret, or its name, cannot be used.',
    remedy: 'Correct the field that `errors` names; the value itself is never shown.',
  },
  'job.not-running': { meaning: 'The job does not run.' },
  'job.not-suspendable': { remedy: 'Look at its state again. One that waits in the queue costs nothing, and can be cancelled.' },
  'job.not-suspended': { remedy: 'Wait until it is suspended, or submit it again.' },
  'ledger.amount-out-of-range': DEFECT,
  'ledger.period-overlaps': DEFECT,
  'ledger.too-few-postings': DEFECT,
  'ledger.unbalanced': DEFECT,
  'logs.none': { meaning: 'The replica has no log.' },
  'member.known': { remedy: 'Change the role of the member instead.' },
  'month.closed': {
    meaning: 'The month is closed.',
    remedy: 'A closed month is not opened again. Correct it in the open month, by an entry that names the closed one.',
  },
  'month.lapses-due': {
    meaning: 'Grants that ended in the month have not lapsed.',
    remedy: 'Close it again when the controller has posted the lapses.',
  },
  'month.no-reopening': { remedy: 'Correct it in the open month, by an entry that names the closed one.' },
  'month.not-over': { meaning: 'The month is not over.', remedy: 'Close the month when it is over.' },
  'month.out-of-order': {
    meaning: 'A month before it is open, or the month has no entries and none before it.',
    remedy: 'Close the months in order, from the first one with entries.',
  },
  'month.unmetered': {
    meaning: 'Some usage of the month is not charged.',
    remedy: 'Wait for the next metering tick, and see that the controller runs.',
  },
  'oidc.refused': { meaning: 'The sign-in with the OpenID provider failed.' },
  'password-link.refused': { meaning: 'The link is unknown, was used, or is too old.' },
  'programme.budget-exceeded': { meaning: 'The budget of the programme has less left than is to be promised.' },
  'process.not-ready': {
    meaning: 'The process cannot do its work yet.',
    remedy: 'Wait until GET /readyz succeeds; its answer says what is missing.',
  },
  'request.malformed': { remedy: 'Send a request as the description at /api/docs says.' },
  'schedule.too-few-nodes': { meaning: 'A simulation takes away more nodes than are open.', remedy: 'Take away fewer nodes.' },
  'schedule.unknown-class': { meaning: 'No node has GPUs of the class.', remedy: 'Name one of the GPU classes that "mss class ls" shows.' },
  'schedule.unknown-node': { meaning: 'There is no such node.', remedy: 'Name one of the nodes that "mss nodes" shows.' },
  'schedule.unknown-owner': {
    meaning: 'There is no such owner of a limit.',
    remedy: 'Name "park", or a group or company that "mss limit tree" shows.',
  },
};

/** Errors that the framework answers with, and that no source of ours throws. */
const FRAMEWORK: readonly ThrownError[] = [
  {
    code: 'internal',
    status: 500,
    detail: 'Something failed on our side; it was recorded.',
    remedy: 'Try again; if it remains, tell the operator the time.',
  },
  { code: 'sign-in.required', status: 401, detail: 'The request needs a sign-in.', remedy: 'Sign in.' },
  { code: 'access.refused', status: 403, detail: 'The request is not allowed.', remedy: 'Ask somebody whose role covers it.' },
  { code: 'route.unknown', status: 404, detail: 'There is no such address.', remedy: 'Look it up at /api/docs.' },
  { code: 'route.method', status: 405, detail: 'The address does not take this method.', remedy: 'Look it up at /api/docs.' },
  {
    code: 'request.media-type',
    status: 415,
    detail: 'The media type of the body is not understood.',
    remedy: 'Send what the description at /api/docs names.',
  },
];

const MOST_MEANINGS = 3;

/** An error code, its HTTP status, and what it means and what helps in each case. */
export interface ListedError {
  readonly code: string;
  readonly status: number;
  readonly meanings: readonly string[];
  readonly remedies: readonly string[];
}

const distinct = (texts: readonly (string | undefined)[]): string[] =>
  [...new Set(texts.filter((text) => text !== undefined && text !== ''))] as string[];

/** Every error of the product, in the order of the codes: the content of `error-list.json`, which `GET /errors` answers. @throws Error for one without a meaning or a remedy */
export function listedErrors({ thrown }: ErrorCodes): ListedError[] {
  const byCode = Map.groupBy([...thrown, ...FRAMEWORK], ({ code }) => code);
  return [...byCode]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([code, places]) => {
      const { meaning, remedy } = WORDS[code] ?? {};
      const meanings = distinct(meaning === undefined ? places.map(({ detail }) => (detail === '…' ? undefined : detail)) : [meaning]);
      const [status = 422] = places.map((place) => place.status).filter((one) => !Number.isNaN(one));
      const said = distinct(remedy === undefined ? places.map((place) => place.remedy) : [remedy]);
      const remedies = said.length === 0 && status === 404 ? [LOOK.remedy] : said;
      if (meanings.length === 0 || remedies.length === 0) throw new Error(`${code} has no meaning or no remedy: add it to WORDS.`);
      return { code, status: code === 'request.malformed' ? 400 : status, meanings, remedies };
    });
}

const cell = (texts: readonly string[]): string =>
  texts.slice(0, MOST_MEANINGS).join('<br>').replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');

/** The list of all error codes, for people. */
export function errorTable(codes: ErrorCodes): string {
  const lines = listedErrors(codes).map(
    ({ code, status, meanings, remedies }) => `| \`${code}\` | ${status} | ${cell(meanings)} | ${cell(remedies)} |`,
  );
  return [
    '# Error codes',
    '',
    'Written by `npm run generate:errors` from the sources. A code is stable, its texts are not: programs compare the `code` of a problem (RFC 9457),',
    'people read `detail` and `remedy`. `…` stands for what is known only when the error occurs. The status is that of the HTTP API.',
    '',
    '| code | status | meaning | remedy |',
    '| --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
}

/** The content of `operation-errors.json`: the codes of each operation of the API, and of what operations have in common, by HTTP status. */
export function operationErrors(codes: ErrorCodes): object {
  const status = new Map(listedErrors(codes).map((error) => [error.code, error.status]));
  const byStatus = (of: readonly string[]) =>
    Object.fromEntries(
      [
        ...Map.groupBy(
          of.filter((code) => !code.startsWith('database.')),
          (code) => status.get(code) ?? 422,
        ),
      ].sort(([one], [other]) => one - other),
    );
  const sorted = (map: ReadonlyMap<string, readonly string[]>) =>
    Object.fromEntries([...map].sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, of]) => [name, byStatus(of)]));
  return { shared: sorted(codes.shared), operations: sorted(codes.operations) };
}
