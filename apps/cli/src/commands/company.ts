import { Option } from 'commander';
import { type Api, answerOf, connect } from '../api-client.ts';
import type { components, operations } from '#api-client';
import { parseDay } from '../arguments.ts';
import { companyMeant } from '../capacity.ts';
import { changeConfig, loadConfig } from '../config.ts';
import { UsageError } from '../failures.ts';
import { known } from '../facts.ts';
import { readBody } from '../input-file.ts';
import type { Column } from '../output.ts';
import { firstOf } from '../pages.ts';
import { ifMatch, idempotencyKey } from '../request-headers.ts';
import { type AddCommands, examples, type Listed, listVerb, showAll, showOne, showRow, type Shown, verb } from './command-context.ts';

type Company = components['schemas']['Company'];
type Contacts = operations['companies.setContacts']['requestBody']['content']['application/json'];
type Space = components['schemas']['CompanySpace'];
type Contact = components['schemas']['Contacts']['contacts'][number];

const columns: Column<Company>[] = [
  { title: 'id', of: ({ id }) => id },
  { title: 'slug', of: ({ slug }) => slug },
  { title: 'name', of: ({ name }) => name },
  { title: 'credit code', of: ({ creditCode }) => creditCode },
  { title: 'status', of: ({ status }) => status },
  { title: 'until', of: ({ incubationUntil }) => incubationUntil ?? '' },
];

const contactColumns: Column<Contact>[] = [
  { title: 'kind', of: ({ kind }) => kind },
  { title: 'name', of: ({ name }) => name },
  { title: 'e-mail', of: ({ email }) => email },
  { title: 'phone', of: ({ phone }) => phone ?? '' },
];

const factsOf = (company: Company) =>
  known([
    ['id', company.id],
    ['slug', company.slug],
    ['name', company.name],
    ['credit code', company.creditCode],
    ['status', company.status],
    ['since', company.statusSince],
    ['reason', company.statusReason],
    ['incubated from', company.incubationFrom],
    ['incubated until', company.incubationUntil],
    ['registered', company.createdAt],
  ]);

const SPACE_STATES: Record<Space['state'], string> = {
  none: 'the controller has not made it yet',
  present: 'present',
  removed: 'removed, because the company graduated',
};

const spaceFacts = ({ namespace, state, recordedAt, repairs }: Space) =>
  known([
    ['namespace', namespace],
    ['state', SPACE_STATES[state]],
    ['recorded', recordedAt],
    ...repairs.map((repair): [string, string] => [`repaired ${repair.at}`, repairText(repair)]),
  ]);

function repairText({ object, differences, changedBy, changedAt }: Space['repairs'][number]): string {
  if (differences.length === 0) return `${object} did not exist`;
  const fields = differences.map(({ field, found, wanted }) => `${field} was ${found ?? 'absent'} and should be ${wanted ?? 'absent'}`);
  const who = changedBy === null ? '' : ` (changed by ${changedBy}${changedAt === null ? '' : ` at ${changedAt}`})`;
  return `${object}: ${fields.join(', ')}${who}`;
}

const companyWith = async (api: Api, id: string): Promise<Company> =>
  answerOf(await api.GET('/api/v1/companies/{id}', { params: { path: { id } } }));

const addReading: AddCommands = (company, environment) => {
  listVerb(company, 'ls', 'companies', 'mss company ls', 'mss company ls --search 极订 -o json')
    .addOption(new Option('--status <status>', 'only in this status').choices(['active', 'suspended', 'graduated']))
    .option('--search <text>', 'part of the name, a credit code, or a slug')
    .action(async ({ status, search, ...listed }: Listed & { status?: Company['status']; search?: string }) => {
      const api = await connect(environment);
      const filter = { ...(status !== undefined && { status }), ...(search !== undefined && { search }) };
      showAll(
        environment,
        listed,
        await firstOf(listed.limit, (page) => api.GET('/api/v1/companies', { params: { query: { ...filter, ...page } } })),
        columns,
      );
    });
  verb(company, 'show', 'a company', 'mss company show', 'mss company show jiding')
    .argument('[company]', 'its id or slug (default: your own)')
    .action(async (named: string | undefined, shown: Shown) => {
      const api = await connect(environment);
      const found = await companyWith(api, await companyMeant(api, named));
      showOne(environment, shown, found, factsOf(found));
    });
  verb(company, 'space', "a company's namespace, and what was repaired in it", 'mss company space jiding')
    .argument('<company>', 'its id or slug')
    .action(async (named: string, shown: Shown) => {
      const api = await connect(environment);
      const path = { id: await companyMeant(api, named) };
      const space = answerOf(await api.GET('/api/v1/companies/{id}/space', { params: { path } }));
      showOne(environment, shown, space, spaceFacts(space));
    });
};

interface Registration extends Shown {
  readonly name: string;
  readonly creditCode: string;
  readonly slug?: string;
  readonly from?: string;
  readonly until?: string;
}

const addRegistering: AddCommands = (company, environment) => {
  const usage = 'mss company create --name 极订科技 --credit-code 91310104MA1FR0QE8X --slug jiding --from 2026-10-01';
  verb(company, 'create', 'register a company', usage)
    .requiredOption('--name <name>', 'as it is registered')
    .requiredOption('--credit-code <code>', 'its unified social credit code (统一社会信用代码)')
    .option('--slug <word>', 'short name, part of its namespace (default: made up)')
    .option('--from <day>', 'first day in the incubator', parseDay)
    .option('--until <day>', 'last day in the incubator', parseDay)
    .action(async ({ name, creditCode, slug, from, until, ...shown }: Registration) => {
      const body = {
        name,
        creditCode,
        ...(slug !== undefined && { slug }),
        ...(from !== undefined && { incubationFrom: from }),
        ...(until !== undefined && { incubationUntil: until }),
      };
      const created = answerOf(
        await (await connect(environment)).POST('/api/v1/companies', { body, params: { header: idempotencyKey() } }),
      );
      showRow(environment, shown, created, columns);
    });
  verb(company, 'change', 'change what is known of a company', 'mss company change jiding --name 极订智能 --until 2028-09-30')
    .argument('<company>', 'its id or slug')
    .option('--name <name>', 'as it is registered')
    .option('--from <day>', 'first day in the incubator', parseDay)
    .option('--until <day>', 'last day in the incubator', parseDay)
    .action(async (named: string, { name, from, until, ...shown }: Shown & Partial<Omit<Registration, 'output'>>) => {
      const api = await connect(environment);
      const body = {
        ...(name !== undefined && { name }),
        ...(from !== undefined && { incubationFrom: from }),
        ...(until !== undefined && { incubationUntil: until }),
      };
      const found = await companyWith(api, await companyMeant(api, named));
      const params = { path: { id: found.id }, header: ifMatch(found) };
      showRow(environment, shown, answerOf(await api.PATCH('/api/v1/companies/{id}', { params, body })), columns);
    });
};

const STATUSES = [
  ['suspend', 'suspended', 'take no new jobs of a company, and drain what runs', '欠费'],
  ['activate', 'active', 'let a suspended company work again', '款项已到'],
  ['graduate', 'graduated', 'leave a company its records, to read only', '孵化期满'],
] as const;

const addStatuses: AddCommands = (company, environment) => {
  for (const [word, status, about, reasonGiven] of STATUSES) {
    verb(company, word, about, `mss company ${word} jiding --reason "${reasonGiven}"`)
      .argument('<company>', 'its id or slug')
      .requiredOption('--reason <text>', 'why')
      .action(async (named: string, { reason, ...shown }: Shown & { reason: string }) => {
        const api = await connect(environment);
        const found = await companyWith(api, await companyMeant(api, named));
        const params = { path: { id: found.id }, header: ifMatch(found) };
        const changed = answerOf(await api.PUT('/api/v1/companies/{id}/status', { params, body: { status, reason } }));
        showRow(environment, shown, changed, columns);
      });
  }
};

const addContacts: AddCommands = (company, environment) => {
  verb(company, 'contacts', 'whom to ask at a company; with -f, sets them', 'mss company contacts', 'mss company contacts -f contacts.yaml')
    .argument('[company]', 'its id or slug (default: your own)')
    .option('-f, --file <contacts.yaml>', 'all of them anew, as the API takes them; - reads standard input')
    .action(async (named: string | undefined, { file, ...shown }: Shown & { file?: string }) => {
      const api = await connect(environment);
      const params = { path: { id: await companyMeant(api, named) } };
      const { contacts } = answerOf(
        file === undefined
          ? await api.GET('/api/v1/companies/{id}/contacts', { params })
          : await api.PUT('/api/v1/companies/{id}/contacts', { params, body: await readBody<Contacts>(environment, file) }),
      );
      showAll(environment, shown, contacts, contactColumns);
    });
};

const addUse: AddCommands = (company, environment) => {
  company
    .command('use')
    .description('act for one of your companies from now on')
    .argument('<company>', 'its id or slug')
    .addHelpText('after', examples('mss company use jiding'))
    .action(async (named: string) => {
      const kept = await loadConfig(environment);
      if (kept === undefined) throw new UsageError('You are not signed in.', 'Sign in with mss login.');
      const { companies } = answerOf(await (await connect(environment)).GET('/api/v1/me'));
      const found = companies.find(({ id, slug }) => id === named || slug === named);
      if (found === undefined) throw new UsageError(`You do not belong to ${named}.`, 'mss whoami shows your companies.');
      // The request may have renewed the tokens.
      await changeConfig(environment, (present) => ({ ...(present ?? kept), company: found.id }));
      environment.err(`You act for ${found.name}.\n`);
    });
};

export const addCompany: AddCommands = (program, environment) => {
  const company = program.command('company').description('companies of the incubator');
  for (const add of [addReading, addRegistering, addStatuses, addContacts, addUse]) add(company, environment);
};
