import { z } from 'zod';
import { column } from '#database';
import type { Actor } from './domain/actor.ts';

const actorSchema = z.object({ kind: z.enum(['user', 'system']), id: z.string(), name: z.string() });

/** The type of a `jsonb` column that keeps `whoActed`. */
export const recordedActor = column.json<Actor>(actorSchema);
