import { createHash } from 'node:crypto';
import { type Readable, Transform, type TransformCallback } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { fileNameOf } from '#statements';

/** A file that a route answers with. */
export interface Download {
  /** The length of a stream is not known before its end. */
  readonly content: Readable | Buffer;
  readonly mediaType: string;
  /** Its name for people, without the extension. */
  readonly name: string;
  readonly extension: string;
}

/**
 * Answers with a file, so that a client notices when it is incomplete. A file in memory has its length and `Content-Digest` (RFC 9530) in
 * the header. A stream is sent in chunks with the digest in the trailer, and its connection is broken when it fails.
 */
export function download(reply: FastifyReply, { content, mediaType, name, extension }: Download): StreamableFile {
  const options = { type: mediaType, disposition: disposition(name, extension) };
  if (Buffer.isBuffer(content)) {
    void reply.header('content-digest', contentDigest(createHash('sha256').update(content).digest()));
    return new StreamableFile(content, { ...options, length: content.length });
  }
  const hash = createHash('sha256');
  const hashed = new Transform({
    transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  content.on('error', (error) => hashed.destroy(error));
  hashed.on('close', () => void content.destroy());
  reply.trailer('content-digest', (_reply, _payload, done) => {
    done(null, contentDigest(hash.digest()));
  });
  return new StreamableFile(content.pipe(hashed), options);
}

function contentDigest(sha256: Buffer): string {
  return `sha-256=:${sha256.toString('base64')}:`;
}

/** A name for old clients, and the real one in UTF-8 (RFC 6266), without characters that file systems refuse. */
function disposition(name: string, extension: string): string {
  const encoded = encodeURIComponent(`${fileNameOf(name)}.${extension}`).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename="statement.${extension}"; filename*=UTF-8''${encoded}`;
}
