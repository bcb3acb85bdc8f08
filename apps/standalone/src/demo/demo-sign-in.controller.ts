import { Body, Controller, Get, Inject, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ROLES } from '#identity';
import { Public } from '../../../api/src/http/access.ts';
import { Answers } from '../../../api/src/http/answers.ts';
import { LimitedSignIn } from '../../../api/src/http/limits.ts';
import { answerTokens } from '../../../api/src/identity/refresh-cookie.ts';
import { signInInput, tokensAnswer } from '../../../api/src/identity/session.schemas.ts';
import { originOf } from '../../../api/src/identity/sign-in.controller.ts';
import { API_SETTINGS, type ApiSettings } from '../../../api/src/settings.ts';
import { DemoSignInService } from './demo-sign-in.service.ts';

const peopleQuery = z.strictObject({ language: z.enum(['zh', 'en']).default('zh').describe('Of what is said about them') });
const peopleAnswer = z
  .object({
    people: z.array(
      z.object({
        email: z.string(),
        name: z.string(),
        role: z.enum(ROLES),
        company: z.string().optional().describe('Absent for people of the park'),
        about: z.string().describe('What they do'),
      }),
    ),
  })
  .meta({ id: 'DemoPeople' });
const demoSignIn = signInInput.pick({ email: true, keepIn: true });

/** One click on the sign-in page. These routes are in standalone alone; the process of the API does not have them. */
@ApiTags('Sign-in')
@Controller('demo')
export class DemoSignInController {
  constructor(
    private readonly demo: DemoSignInService,
    @Inject(API_SETTINGS) private readonly settings: ApiSettings,
  ) {}

  @ApiOperation({ summary: 'List the people of the demo', description: 'Answers 404 where the database holds no demo data.' })
  @Get('people')
  @Public()
  @Answers(peopleAnswer)
  async people(@Query({ schema: peopleQuery }) { language }: z.infer<typeof peopleQuery>): Promise<z.infer<typeof peopleAnswer>> {
    const people = await this.demo.people();
    return { people: people.map(({ about, ...person }) => ({ ...person, about: about[language] })) };
  }

  @ApiOperation({ summary: 'Sign in as a person of the demo', description: 'Answers as a sign-in with a password does.' })
  @Post('sign-in')
  @Public()
  @LimitedSignIn()
  @Answers(tokensAnswer)
  async signIn(
    @Body({ schema: demoSignIn }) input: z.infer<typeof demoSignIn>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof tokensAnswer>> {
    const tokens = await this.demo.signIn(input.email, originOf(request));
    return answerTokens(reply, tokens, input.keepIn, { secure: this.settings.publicUrl.startsWith('https:') });
  }
}
