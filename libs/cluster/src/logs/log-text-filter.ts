/** Control sequences of terminals, such as those that set colours. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for.
const CONTROL_SEQUENCES = /\u001b\[[0-?]*[ -/]*[@-~]/g;

/** Whether lines contain a text, without regard to case and to the colours of terminals. */
export function lineContaining(wanted: string): (line: string) => boolean {
  const lower = wanted.toLowerCase();
  return (line) => (line.includes('\u001b') ? line.replace(CONTROL_SEQUENCES, '') : line).toLowerCase().includes(lower);
}
