import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { OidcService } from '#identity';
import { Public } from '../http/access.ts';
import { LimitedSignIn } from '../http/limits.ts';
import { API_SETTINGS, type ApiSettings } from '../settings.ts';
import { keepInCookie } from './refresh-cookie.ts';
import { originOf } from './sign-in.controller.ts';

const STATE_COOKIE = 'mss_oidc';
const PATH = '/api/v1/auth/oidc';
const MINUTES = 10;

const startQuery = z.strictObject({
  returnTo: z
    .string()
    .max(500)
    .regex(/^\/(?![/\\])[\x21-\x7e]*$/, 'A path of the console')
    .default('/')
    .describe('Where in the console to go on'),
});

/** Sign-in by the deployment's OpenID provider, for browsers: both routes answer with a redirect. */
@ApiTags('Sign-in')
@Controller('auth/oidc')
export class OidcController {
  constructor(
    private readonly oidc: OidcService,
    @Inject(API_SETTINGS) private readonly settings: ApiSettings,
  ) {}

  @ApiOperation({
    summary: 'Start a sign-in with the OpenID provider',
    description: 'Redirects the browser to the provider of the deployment.',
  })
  @Get('start')
  @Public()
  @LimitedSignIn()
  @ApiFoundResponse({ description: 'To the provider' })
  async start(@Query({ schema: startQuery }) query: z.infer<typeof startQuery>, @Res() reply: FastifyReply): Promise<void> {
    const { url, state } = await this.oidc.start(query.returnTo);
    // Lax, because the provider sends the browser back with a link from another site.
    reply.setCookie(STATE_COOKIE, state, { path: PATH, httpOnly: true, sameSite: 'lax', secure: this.#secure, maxAge: MINUTES * 60 });
    await reply.redirect(url.href, 302);
  }

  @ApiOperation({
    summary: 'Finish a sign-in with the OpenID provider',
    description: 'The provider redirects the browser to this address, which redirects it into the console.',
  })
  @Get('callback')
  @Public()
  @LimitedSignIn()
  @ApiFoundResponse({ description: 'Into the console, signed in: the refresh token is in its cookie' })
  async finish(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const query = request.url.split('?', 2)[1] ?? '';
    reply.clearCookie(STATE_COOKIE, { path: PATH });
    const { tokens, returnTo } = await this.oidc.finish(query, request.cookies[STATE_COOKIE], originOf(request));
    keepInCookie(reply, tokens, { secure: this.#secure });
    await reply.redirect(`${this.settings.publicUrl}${returnTo}`, 302);
  }

  get #secure(): boolean {
    return this.settings.publicUrl.startsWith('https:');
  }
}
