import { z } from 'zod';
import { environment as admin } from '../../api/src/admin/admin.ts';
import { environment as api } from '../../api/src/settings.ts';
import { environment as clusterSim } from '../../cluster-sim/src/settings.ts';
import { environment as controller } from '../../controller/src/settings.ts';
import { environment as standalone } from '../../standalone/src/standalone-settings.ts';

const APPS: readonly (readonly [string, z.ZodObject])[] = [
  ['admin', admin],
  ['API', api],
  ['controller', controller],
  ['standalone', standalone],
  ['cluster-sim', clusterSim],
];
const [BEGIN, END] = ['<!-- settings: written by `npm run generate:settings` -->', '<!-- end of settings -->'] as const;

interface Described {
  readonly description?: string;
  readonly unit?: string;
  readonly shownDefault?: string;
  readonly default?: unknown;
}

/** What README shows as the default of a variable. */
function shownDefault(name: string, about: Described, required: boolean): string {
  if (about.shownDefault !== undefined) return about.shownDefault;
  if (about.default === undefined) return required ? 'needed' : 'none';
  if (about.default === '') return 'none';
  if (typeof about.default !== 'string' && typeof about.default !== 'number') throw new Error(`${name} has a default that is not shown`);
  return `\`${about.default}\`${about.unit === undefined ? '' : ` ${about.unit}`}`;
}

/** A default that is the same for all apps, or each with its apps. */
function perApp(defaults: ReadonlyMap<string, string>): string {
  const different = [...new Set(defaults.values())];
  if (different.length === 1) return different.join('');
  const appsOf = (shown: string) => [...defaults].filter(([, one]) => one === shown).map(([app]) => app);
  return different.map((shown) => `${shown} (${appsOf(shown).join(', ')})`).join('; ');
}

/**
 * The table of all variables that processes read, one row each, from the schemas of the apps.
 * @throws Error for a variable without a description, or with two
 */
export function settingsTable(): string {
  const rows = new Map<string, { readonly defaults: ReadonlyMap<string, string>; readonly description: string }>();
  for (const [app, schema] of APPS) {
    const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
    for (const [name, about] of Object.entries(properties as Record<string, Described>)) {
      const { description } = about;
      if (description === undefined) throw new Error(`${name} of ${app} has no description: add .meta({ description }).`);
      const row = rows.get(name) ?? { defaults: new Map<string, string>(), description };
      if (row.description !== description) throw new Error(`${name} of ${app} has another description elsewhere: share its schema.`);
      rows.set(name, { ...row, defaults: new Map([...row.defaults, [app, shownDefault(name, about, required.includes(name))]]) });
    }
  }
  const lines = [...rows.entries()]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(
      ([name, { defaults, description }]) => `| \`${name}\` | ${[...defaults.keys()].join(', ')} | ${perApp(defaults)} | ${description} |`,
    );
  return ['| variable | read by | default | meaning |', '| --- | --- | --- | --- |', ...lines].join('\n');
}

/** `readme` with the table of settings in its place. */
export function withSettingsTable(readme: string): string {
  const [before, rest] = readme.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`README has no place for the settings: ${BEGIN} … ${END}`);
  return `${before}${BEGIN}\n\n${settingsTable()}\n\n${END}${after}`;
}
