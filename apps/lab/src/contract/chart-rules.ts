import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { Component } from '#cluster';
import type { AccountRules } from '#cluster/testing';

const roles = z.object({
  kind: z.enum(['ClusterRole', 'Role']),
  metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
  rules: z.array(z.object({ apiGroups: z.array(z.string()), resources: z.array(z.string()), verbs: z.array(z.string()) })),
});

/** What the chart grants a process: the rules of its ClusterRole and of its Role where it has one, as `npm run deploy:kustomize` rendered them. */
export async function chartRules(component: Component): Promise<AccountRules[]> {
  const text = await readFile(path.resolve('deploy/kustomize/base/speedspace.yaml'), 'utf8');
  const found = parseAllDocuments(text).flatMap((document) => roles.safeParse(document.toJS()).data ?? []);
  return found
    .filter(({ metadata }) => metadata.name === `speedspace-${component}`)
    .map(({ kind, metadata: { namespace }, rules }) => ({
      ...(kind === 'Role' && namespace !== undefined && { namespace }),
      rules: rules,
    }));
}
