import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import { ParkRolesService } from '#decisions';
import {
  AddressProofsService,
  FailedAttemptsService,
  mayHandOnLinks,
  PasswordLinksService,
  type Principal,
  type User,
  UsersService,
} from '#identity';
import { Clock, instantOf } from '#kernel';
import { showWaiting } from '../decisions/decision.schemas.ts';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers, AnswersNothing } from '../http/answers.ts';
import { afterOf, page, pageOf, pageQuery } from '../http/pages.ts';
import { id, text } from '../http/wire.ts';
import {
  newUserAnswer,
  parkRolesChange,
  rolesAnswer,
  sentLinkAnswer,
  userAnswer,
  userInput,
  userStatusChange,
  vouchInput,
} from './session.schemas.ts';

const userId = id('user');
const usersQuery = pageQuery({ search: text(200).optional().describe('Part of the name or address') });
const usersAnswer = pageOf(userAnswer);

function showUser(user: User): z.infer<typeof userAnswer> {
  return { ...user, parkRoles: [...user.parkRoles], createdAt: user.createdAt.toISOString() };
}

/** Accounts of people, and their roles for the park. */
@ApiTags('Users of the park')
@Controller('users')
export class UsersController {
  constructor(
    private readonly transactions: Transactions,
    private readonly users: UsersService,
    private readonly links: PasswordLinksService,
    private readonly proofs: AddressProofsService,
    private readonly failures: FailedAttemptsService,
    private readonly parkRoles: ParkRolesService,
    private readonly clock: Clock,
  ) {}

  @ApiOperation({
    summary: 'List users',
    description: 'In the order in which their accounts were created, with the roles they have for the park.',
  })
  @Get()
  @Allow('user.manage')
  @Answers(usersAnswer)
  async list(@Query({ schema: usersQuery }) query: z.infer<typeof usersQuery>): Promise<z.infer<typeof usersAnswer>> {
    const filter = { limit: query.limit + 1, after: afterOf(query), search: query.search };
    const users = await this.transactions.run((tx) => this.users.list(tx, filter));
    return page(users, query.limit, (user) => user.id, showUser);
  }

  @ApiOperation({
    summary: 'Create a user of the park',
    description:
      'Roles for the park are granted once the address is proven; people of a company come by invitation. The answer may hold a link that is kept nowhere, so the request takes no Idempotency-Key.',
  })
  @Post()
  @Allow('user.manage')
  @Answers(newUserAnswer, { status: 201 })
  async create(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: userInput }) input: z.infer<typeof userInput>,
  ): Promise<z.infer<typeof newUserAnswer>> {
    const user = await this.transactions.run((tx) => this.users.create(tx, principal, input));
    return { user: showUser(user), ...(await this.links.send(principal, user, { handOn: mayHandOnLinks(principal) })) };
  }

  @ApiOperation({
    summary: 'Send a user a link to choose a password',
    description: 'The answer may hold the link, which is kept nowhere, so the request takes no Idempotency-Key.',
  })
  @Post(':id/password-link')
  @Allow('user.manage')
  @Answers(sentLinkAnswer, { status: 201 })
  async sendLink(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: userId }) id: string,
  ): Promise<z.infer<typeof sentLinkAnswer>> {
    const user = await this.transactions.run((tx) => this.users.get(tx, id));
    return { ...(await this.links.send(principal, user, { handOn: mayHandOnLinks(principal) })) };
  }

  @ApiOperation({ summary: 'Unlock an account', description: 'Opens an account that failed attempts to sign in have locked.' })
  @Post(':id/unlock')
  @Allow('user.manage')
  @AnswersNothing('The account is open')
  async unlock(@CurrentPrincipal() principal: Principal, @Param('id', { schema: userId }) id: string): Promise<void> {
    await this.transactions.run(async (tx) => this.failures.unlock(tx, principal, await this.users.get(tx, id)));
  }

  @ApiOperation({
    summary: "Vouch for a user's address",
    description: 'An administrator answers for the address where neither mail nor an OpenID provider can prove it.',
  })
  @Post(':id/vouch')
  @Allow('user.manage')
  @Answers(userAnswer)
  async vouch(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: userId }) user: string,
    @Body({ schema: vouchInput }) input: z.infer<typeof vouchInput>,
  ): Promise<z.infer<typeof userAnswer>> {
    return showUser(await this.transactions.run((tx) => this.proofs.vouch(tx, principal, user, input.reason)));
  }

  @ApiOperation({
    summary: 'Change the roles of a user for the park',
    description: 'Roles are taken away at once. New ones take effect when another administrator confirms the decision in the answer.',
  })
  @Put(':id/roles')
  @Allow('user.manage')
  @Answers(rolesAnswer)
  async setRoles(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: userId }) user: string,
    @Body({ schema: parkRolesChange }) input: z.infer<typeof parkRolesChange>,
  ): Promise<z.infer<typeof rolesAnswer>> {
    const at = instantOf(this.clock.now());
    const changed = await this.transactions.run((tx) => this.parkRoles.change(tx, principal, user, input.parkRoles, at));
    return { ...showUser(changed.user), ...showWaiting(changed.decision) };
  }

  @ApiOperation({
    summary: 'Enable or disable an account',
    description: 'A disabled account cannot sign in, and its sessions and tokens are refused.',
  })
  @Put(':id/status')
  @Allow('user.manage')
  @Answers(userAnswer)
  async setStatus(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: userId }) user: string,
    @Body({ schema: userStatusChange }) input: z.infer<typeof userStatusChange>,
  ): Promise<z.infer<typeof userAnswer>> {
    return showUser(await this.transactions.run((tx) => this.users.setStatus(tx, principal, user, input.status)));
  }
}
