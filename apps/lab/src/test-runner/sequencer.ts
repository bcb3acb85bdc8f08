import * as exported from '@jest/test-sequencer';

type TestSequencer = typeof exported.default.default;
type Tests = Parameters<InstanceType<TestSequencer>['sort']>[0];

/** The types describe the file for CommonJS, and an import gets the file for ES modules, whose default export is the class itself. */
const Sequencer = exported.default as unknown as TestSequencer;

/** Kinds of test files, those that take longest first. */
const KINDS = [/\/apps\/lab\/test\/chaos\./, /\.e2e-spec\.ts$/, /\.int-spec\.ts$/, /\.spec\.ts$/];

/** Tests that wait for a product which starts with the run. */
const WAITING = /\/apps\/console\/test\/.*\.e2e-spec\.ts$/;
/** As many other files begin before them: two for each worker. */
const BEFORE_WAITING = 6;

/**
 * The order of the test files. Jest starts first what took longest in its last run, so that no worker waits at the end for the long file of
 * another one. On a machine that has run none it knows only the sizes of the files, and a long test may be a short file. There the kind
 * decides first.
 */
export default class KindSequencer extends Sequencer {
  override async sort(tests: Tests): Promise<Tests> {
    const sorted = await super.sort(tests);
    const isKnown = sorted.some(({ duration }) => duration !== undefined);
    const kind = ({ path }: Tests[number]): number => KINDS.findIndex((pattern) => pattern.test(path));
    const ordered = isKnown ? sorted : sorted.sort((one, other) => kind(one) - kind(other));
    const first = ordered.filter(({ path }) => !WAITING.test(path)).slice(0, BEFORE_WAITING);
    return [...first, ...ordered.filter((test) => !first.includes(test))];
  }
}
