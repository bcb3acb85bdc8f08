import { Argument, Option } from 'commander';
import { answerOf, connect } from '../api-client.ts';
import type { components } from '#api-client';
import { companyMeant } from '../capacity.ts';
import type { Column } from '../output.ts';
import { type AddCommands, examples, showAll, type Shown, verb } from './command-context.ts';

type Member = components['schemas']['Member'];
export type CompanyRole = Member['role'];

interface InCompany {
  readonly company?: string;
}

/** Roles of the members of a company. */
export const COMPANY_ROLES: readonly CompanyRole[] = ['owner', 'engineer'];

/** Names the company, for a person who acts for none or for another one. */
export function companyOption(): Option {
  return new Option('--company <id or slug>', 'of which company (default: your own)');
}

const columns: Column<Member>[] = [
  { title: 'id', of: ({ userId }) => userId },
  { title: 'name', of: ({ name }) => name },
  { title: 'e-mail', of: ({ email, emailProven }) => (emailProven ? email : `${email} (unproven)`) },
  { title: 'role', of: ({ role }) => role },
  { title: 'since', of: ({ since }) => since },
];

export const addMember: AddCommands = (program, environment) => {
  const member = program.command('member').description('people of a company; new ones come by mss invite');
  verb(member, 'ls', 'people of a company', 'mss member ls')
    .addOption(companyOption())
    .action(async ({ company, ...shown }: Shown & InCompany) => {
      const api = await connect(environment);
      const params = { path: { id: await companyMeant(api, company) } };
      showAll(environment, shown, answerOf(await api.GET('/api/v1/companies/{id}/members', { params })).items, columns);
    });
  member
    .command('role')
    .description('change what somebody may do')
    .argument('<user>', 'their id')
    .addArgument(new Argument('<role>', 'the new role').choices(COMPANY_ROLES))
    .addOption(companyOption())
    .addHelpText('after', examples('mss member role user_01j8 owner'))
    .action(async (user: string, role: CompanyRole, { company }: InCompany) => {
      const api = await connect(environment);
      const params = { path: { id: await companyMeant(api, company), user } };
      answerOf(await api.PUT('/api/v1/companies/{id}/members/{user}', { params, body: { role } }));
    });
  member
    .command('remove')
    .description('take somebody out of a company')
    .argument('<user>', 'their id')
    .addOption(companyOption())
    .addHelpText('after', examples('mss member remove user_01j8'))
    .action(async (user: string, { company }: InCompany) => {
      const api = await connect(environment);
      const params = { path: { id: await companyMeant(api, company), user } };
      answerOf(await api.DELETE('/api/v1/companies/{id}/members/{user}', { params }));
    });
};
