import type { OnTheWire } from '../domain/on-the-wire.ts';
import type { LineNames } from '../domain/job-line.ts';
import type { Wording } from './wording.ts';

type Names = LineNames | OnTheWire<LineNames>;

/** The grant that a source is; the source itself where it is no grant. */
function grantOf(source: string): string {
  return source.replace(/^grant:/, '');
}

/** What people call a source such as `grant:<id>`, `wallet` or `absorbed`. */
export function sourceName(source: string, names: Names, wording: Wording): string {
  if (source === 'wallet') return wording.wallet;
  if (source === 'absorbed') return wording.writtenOff;
  const id = grantOf(source);
  const [grant = source, programme] = [names.grants[id], names.programmes[id]];
  return programme === undefined ? grant : wording.grantOf(grant, wording.formerly(programme, names.formerProgrammeNames[id] ?? []));
}

/** The documents in which the funder gave what a source is of; undefined where there are none. */
export function documentsOf(source: string, names: Names, wording: Wording): string | undefined {
  return names.documents[grantOf(source)]?.join(wording.listSeparator);
}

/** The name of the programme that a source is of; undefined where it is of none. */
export function programmeName(source: string, names: Names): string | undefined {
  return names.programmes[grantOf(source)];
}
