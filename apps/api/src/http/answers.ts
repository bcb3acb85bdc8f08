import { applyDecorators, HttpCode, SerializeOptions } from '@nestjs/common';
import { ApiNoContentResponse, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';

/**
 * What a route answers: status and schema, for the description and for real. The answer is parsed by the schema on its way
 * out, so a field that is not described does not leave, and one that is missing fails a test before it fails a client.
 */
export function Answers(schema: z.ZodType, options: { status?: number; description?: string } = {}): MethodDecorator {
  const { status = 200, description = '' } = options;
  return applyDecorators(HttpCode(status), SerializeOptions({ schema }), ApiResponse({ status, description, standardSchema: schema }));
}

/** A route that answers with nothing: 204. */
export function AnswersNothing(description = ''): MethodDecorator {
  return applyDecorators(HttpCode(204), ApiNoContentResponse({ description }));
}
