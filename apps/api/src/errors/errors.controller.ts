import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Public } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import errorList from './error-list.json' with { type: 'json' };

const TEXTS = 'Several where the code is used for several cases. … stands for what is known only when the error occurs';

const errorsAnswer = z
  .object({
    items: z.array(
      z.object({
        code: z.string().describe('Stable: programs compare it'),
        status: z.number().int().describe('HTTP status'),
        meanings: z.array(z.string()).describe(TEXTS),
        remedies: z.array(z.string()).describe(TEXTS),
      }),
    ),
  })
  .meta({ id: 'Errors' });

/** The codes of all problems in answers of the API. */
@ApiTags('Errors')
@Controller('errors')
export class ErrorsController {
  @ApiOperation({
    summary: 'List error codes',
    description: 'Each code of a problem with its HTTP status, what it means and what to do about it, in the order of the codes.',
  })
  @Get()
  @Public()
  @Answers(errorsAnswer)
  list(): z.infer<typeof errorsAnswer> {
    return { items: errorList };
  }
}
