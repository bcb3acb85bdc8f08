import type { JsonObject } from '../objects/kube-object.ts';

/** `k8s\0`: what a body in Kubernetes' protobuf envelope begins with. */
const MAGIC = Buffer.from([0x6b, 0x38, 0x73, 0x00]);
const LENGTH_DELIMITED = 2;

/** Kinds whose metadata is all that counts of them; `kubectl create namespace` sends nothing else. */
const METADATA_ONLY = new Set(['Namespace', 'ServiceAccount']);

/** Numbers of the fields read here, in the published `.proto` files. */
const ENVELOPE = { typeMeta: 1, raw: 2 } as const;
const TYPE_META = { apiVersion: 1, kind: 2 } as const;
const OBJECT_META = { name: 1, generateName: 2, labels: 11, annotations: 12 } as const;

/**
 * Reads the few bodies kubectl insists on sending as protobuf, whatever the server prefers: new namespaces and service
 * accounts. Undefined for anything else.
 */
export function readProtobuf(body: Buffer): JsonObject | undefined {
  if (!body.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const envelope = fieldsOf(body.subarray(MAGIC.length));
  const type = fieldsOf(first(envelope, ENVELOPE.typeMeta));
  const kind = first(type, TYPE_META.kind).toString();
  if (!METADATA_ONLY.has(kind)) return undefined;
  const metadata = fieldsOf(first(fieldsOf(first(envelope, ENVELOPE.raw)), 1));
  const given: JsonObject = { labels: stringMap(metadata, OBJECT_META.labels), annotations: stringMap(metadata, OBJECT_META.annotations) };
  for (const field of ['name', 'generateName'] as const) {
    const text = first(metadata, OBJECT_META[field]).toString();
    if (text !== '') given[field] = text;
  }
  return { apiVersion: first(type, TYPE_META.apiVersion).toString(), kind, metadata: given };
}

type Fields = readonly { readonly number: number; readonly bytes: Buffer }[];

/** The length-delimited fields of a message; numbers are skipped. */
function fieldsOf(message: Buffer): Fields {
  const fields: { number: number; bytes: Buffer }[] = [];
  let at = 0;
  const varint = (): number => {
    for (let value = 0, unit = 1; ; unit *= 128) {
      const byte = message[at++] ?? 0;
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const size = varint();
    if ((tag & 7) !== LENGTH_DELIMITED) continue;
    fields.push({ number: tag >> 3, bytes: message.subarray(at, at + size) });
    at += size;
  }
  return fields;
}

function first(fields: Fields, number: number): Buffer {
  return fields.find((field) => field.number === number)?.bytes ?? Buffer.alloc(0);
}

function stringMap(fields: Fields, number: number): JsonObject {
  const entries = fields.filter((field) => field.number === number).map(({ bytes }) => fieldsOf(bytes));
  return Object.fromEntries(entries.map((entry) => [first(entry, 1).toString(), first(entry, 2).toString()]));
}
