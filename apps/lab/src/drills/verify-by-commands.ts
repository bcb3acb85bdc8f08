import type { DrillPark } from './drill-park.ts';

/** Asks the product itself whether audit trail and books are whole, as an auditor and a person of finance do. @returns what is wrong */
export async function verifyByCommands(park: DrillPark, release: string, say: (line: string) => void): Promise<string[]> {
  const audit = await park.mss(release, 'auditor@park.example', 'audit', 'verify');
  say(`mss audit verify: ${audit.output.replace(/\s*\n\s*/g, ' · ')}`);
  const reconciled = await park.mss(release, 'finance@park.example', 'reconcile');
  say(`mss reconcile ends with exit code ${reconciled.code}\n${reconciled.output}`);
  return [
    ...(audit.code === 0 ? [] : ['The audit trail is not whole.']),
    ...(reconciled.code === 0 ? [] : ['Cluster, meter, ledger and statements differ.']),
  ];
}
