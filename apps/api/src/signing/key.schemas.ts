import { z } from 'zod';
import { instant } from '../http/wire.ts';

export const keysAnswer = z
  .object({
    keys: z
      .array(
        z.object({
          keyId: z.string().describe('The first 128 bits of the SHA-256 of the public key in DER, in hexadecimal'),
          algorithm: z.literal('Ed25519'),
          publicKey: z
            .string()
            .describe('SubjectPublicKeyInfo in DER, in base64: the content of a PEM file between its first and last line'),
          validFrom: instant,
          retiredAt: instant.nullable().describe('When another key took its place; what it signed before stays signed'),
        }),
      )
      .describe('The newest first'),
  })
  .meta({ id: 'PublishedKeys' });
