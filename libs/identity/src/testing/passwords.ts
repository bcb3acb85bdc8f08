import { hash } from '@node-rs/argon2';
import type { Tx } from '#database';
import { UserEntity } from '../user.entity.ts';

/** The least that argon2 takes. The parameters are part of a hash, so that verifying it is cheap too. */
const CHEAP = { memoryCost: 8, timeCost: 1, parallelism: 1 };

/** Gives an account a password whose hash takes almost no time to make and to verify. */
export async function givePassword(tx: Tx, userId: string, password: string): Promise<void> {
  await tx.update(UserEntity, { id: userId }, { passwordHash: await hash(password, CHEAP) });
}
