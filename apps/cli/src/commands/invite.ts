import { Option } from 'commander';
import { answerOf, connect, strangerTo } from '../api-client.ts';
import type { components } from '#api-client';
import { companyMeant } from '../capacity.ts';
import { UsageError } from '../failures.ts';
import { known } from '../facts.ts';
import type { Column } from '../output.ts';
import { passwordFrom, serverMeant, serverOfLink, tokenOfLink } from '../sign-in.ts';
import { type AddCommands, examples, showAll, showOne, type Shown, verb } from './command-context.ts';
import { COMPANY_ROLES, companyOption, type CompanyRole } from './member.ts';

type Invitation = components['schemas']['Invitation'];

interface InCompany {
  readonly company?: string;
}

const columns: Column<Invitation>[] = [
  { title: 'id', of: ({ id }) => id },
  { title: 'e-mail', of: ({ email }) => email },
  { title: 'role', of: ({ role }) => role },
  { title: 'mailed', of: ({ mailed }) => (mailed ? 'yes' : 'no') },
  { title: 'until', of: ({ expiresAt }) => expiresAt },
];

const addInviting: AddCommands = (invite, environment) => {
  verb(invite, 'send', 'invite somebody into a company', 'mss invite send li@jiding.example --role engineer')
    .argument('<e-mail>', 'their address')
    .addOption(new Option('--role <role>', 'what they may do').choices(COMPANY_ROLES).makeOptionMandatory())
    .addOption(companyOption())
    .action(async (email: string, { role, company, ...shown }: Shown & InCompany & { role: CompanyRole }) => {
      const api = await connect(environment);
      const params = { path: { id: await companyMeant(api, company) } };
      const sent = answerOf(await api.POST('/api/v1/companies/{id}/invitations', { params, body: { email, role } }));
      const facts = known([
        ['id', sent.id],
        ['e-mail', sent.email],
        ['role', sent.role],
        ['until', sent.expiresAt],
        ['link to hand on', sent.link],
      ]);
      showOne(environment, shown, sent, facts);
    });
  verb(invite, 'ls', 'invitations that are still open', 'mss invite ls')
    .addOption(companyOption())
    .action(async ({ company, ...shown }: Shown & InCompany) => {
      const api = await connect(environment);
      const params = { path: { id: await companyMeant(api, company) } };
      showAll(environment, shown, answerOf(await api.GET('/api/v1/companies/{id}/invitations', { params })).items, columns);
    });
  invite
    .command('revoke')
    .description('take an invitation back')
    .argument('<invitation>', 'its id')
    .addOption(companyOption())
    .addHelpText('after', examples('mss invite revoke invitation_01j8'))
    .action(async (invitation: string, { company }: InCompany) => {
      const api = await connect(environment);
      const params = { path: { id: await companyMeant(api, company), invitation } };
      answerOf(await api.DELETE('/api/v1/companies/{id}/invitations/{invitation}', { params }));
    });
};

interface Accepting {
  readonly server?: string;
  readonly name?: string;
  readonly passwordStdin?: true;
}

const addAccepting: AddCommands = (invite, environment) => {
  invite
    .command('accept')
    .description('accept an invitation: with a new account, or into the one you are signed in to')
    .argument('<link>', 'what you were sent')
    .option('--server <url>', 'where Speedspace is (default: where the link leads)')
    .option('--name <name>', 'your name, for a new account')
    .option('--password-stdin', 'read the password of the new account from standard input')
    .addHelpText('after', examples('mss invite accept "https://mss.park.example/invitation#9f2c" --name 李岩'))
    .action(async (link: string, { server: named, name, passwordStdin }: Accepting) => {
      const server = named ?? serverOfLink(link) ?? (await serverMeant(environment, undefined));
      const token = tokenOfLink(link);
      const stranger = strangerTo(server);
      const { companyName, email, hasAccount } = answerOf(await stranger.POST('/api/v1/invitations/view', { body: { token } }));
      if (hasAccount) {
        answerOf(await (await connect(environment)).POST('/api/v1/me/invitations', { body: { token } }));
      } else {
        if (name === undefined) throw new UsageError('--name is missing: a new account needs one.');
        const password = await passwordFrom(environment, { question: 'Choose a password: ', fromInput: passwordStdin === true });
        answerOf(await stranger.POST('/api/v1/invitations/accept', { body: { token, name, password } }));
      }
      environment.err(`${email} belongs to ${companyName}.${hasAccount ? '' : ' Sign in with mss login.'}\n`);
    });
};

export const addInvite: AddCommands = (program, environment) => {
  const invite = program.command('invite').description('invitations into a company');
  for (const add of [addInviting, addAccepting]) add(invite, environment);
};
