import { applyDecorators, HttpCode, SerializeOptions } from '@nestjs/common';
import { ApiNoContentResponse, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';

/**
 * What a route answers with: status and schema, in the description and in fact. Each answer is parsed with the schema before it is sent.
 * So a field that is not described is never sent, and a test fails when one is missing.
 */
export function Answers(schema: z.ZodType, options: { status?: number; description?: string } = {}): MethodDecorator {
  const { status = 200, description = '' } = options;
  return applyDecorators(HttpCode(status), SerializeOptions({ schema }), ApiResponse({ status, description, standardSchema: schema }));
}

/** A route that answers without a body: 204. */
export function AnswersNothing(description = ''): MethodDecorator {
  return applyDecorators(HttpCode(204), ApiNoContentResponse({ description }));
}
