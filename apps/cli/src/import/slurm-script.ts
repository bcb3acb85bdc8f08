import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { formatDuration } from '#kernel';
import { type Imported, type ImportedSpec, labelFrom, type LeftOut } from './imported-job.ts';
import { slurmEnvironment } from './slurm-environment.ts';
import { arrayOf, gpusOf, memoryOfSlurm, secondsOfSlurmTime } from './slurm-quantities.ts';

const DIRECTIVE = /^#SBATCH\s+(.*)$/;
/** Words with quotes, up to a comment. */
const WORD = /(?:"[^"]*"|'[^']*'|[^\s"'])+/g;
const CONTAINER_IMAGE = /--container-image[= ]["']?([^\s"']+)/;
const SHELLS = new Set(['sh', 'bash', 'zsh', 'ksh', 'dash']);
const MOST_GRACE_SECONDS = 3_600;
/** What sbatch(1) takes as the time between a signal and the end if the option does not say it. */
const SIGNAL_SECONDS = 60;

const value = (short?: string) => ({ type: 'string' as const, ...(short !== undefined && { short }) });

/** The options of sbatch(1) that take a value, so that the parser knows where one ends. */
const OPTIONS = {
  ...{ 'job-name': value('J'), nodes: value('N'), ntasks: value('n'), 'ntasks-per-node': value(), 'tasks-per-node': value() },
  ...{
    'cpus-per-task': value('c'),
    'cpus-per-gpu': value(),
    gres: value(),
    'gpus-per-node': value(),
    gpus: value('G'),
    'gpus-per-task': value(),
  },
  ...{
    mem: value(),
    'mem-per-cpu': value(),
    'mem-per-gpu': value(),
    time: value('t'),
    array: value('a'),
    chdir: value('D'),
    signal: value(),
  },
  ...{ dependency: value('d'), partition: value('p'), account: value('A'), qos: value('q'), output: value('o'), error: value('e') },
  ...{ input: value('i'), export: value(), 'mail-type': value(), 'mail-user': value(), constraint: value('C'), nodelist: value('w') },
  ...{ exclude: value('x'), reservation: value(), comment: value(), begin: value('b'), licenses: value('L'), distribution: value('m') },
  ...{
    'container-image': value(),
    'open-mode': value(),
    tmp: value(),
    switches: value(),
    nice: value(),
    'time-min': value(),
    priority: value(),
  },
  ...{
    requeue: { type: 'boolean' as const },
    'no-requeue': { type: 'boolean' as const },
    verbose: { type: 'boolean' as const, short: 'v' },
  },
} satisfies ParseArgsOptionsConfig;

const PLACE = 'The park places the pods on nodes of the GPU class.';
const PAYERS = 'The grants and the wallet of your company pay.';
const NOTICES = 'Speedspace sends notices of jobs to their submitter: mss notices.';
const LOGS = 'mss logs shows what the job writes.';

const ADVICE: Readonly<Record<string, string>> = {
  ...{
    partition: 'The GPU class takes the place of the partition.',
    constraint: PLACE,
    nodelist: PLACE,
    exclude: PLACE,
    distribution: PLACE,
  },
  ...{ switches: 'Write topology: { key: switch, mode: require }.', account: PAYERS, qos: 'Write priority: low, normal or high.' },
  ...{
    nice: 'Write priority: low, normal or high.',
    priority: 'Write priority: low, normal or high.',
    output: LOGS,
    error: LOGS,
    'open-mode': LOGS,
  },
  ...{
    input: 'Read from a file in the command.',
    'mail-type': NOTICES,
    'mail-user': NOTICES,
    begin: 'Submit it then.',
  },
  ...{
    dependency: 'Write after: [{ job: NAME, on: success }] with the name of a job here.',
    reservation: PLACE,
    licenses: 'A job has no licences.',
  },
  ...{ export: 'Write the variables into env.', tmp: 'Write ephemeralStorage.', exclusive: 'A job with all GPUs of a node has it alone.' },
};
/** Options that mean nothing for a job file. */
const SILENT = new Set(['comment', 'verbose', 'no-requeue', 'parsable', 'quiet', 'time-min', 'container-image']);

interface Option {
  readonly name: string;
  readonly value: string | undefined;
  readonly line: number;
}

/** Whether a text is a script rather than a manifest. */
export function isScript(text: string): boolean {
  return text.startsWith('#!') || /^#SBATCH\s/m.test(text);
}

/** The job of a Slurm script. Each pod runs the script, and `srun` in it starts the tasks of its pod. */
export function importSlurmScript(text: string): Imported {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const leftOut: LeftOut[] = [];
  const options = optionsOf(lines, leftOut);
  const taken = new Set<string>();
  const take = (...names: readonly string[]): string | undefined => {
    for (const name of names) taken.add(name);
    return options.findLast((option) => names.includes(option.name))?.value;
  };
  const leave = (name: string, detail: string): void => {
    const option = options.findLast((candidate) => candidate.name === name);
    leftOut.push({ where: `line ${option?.line ?? 1}`, detail: `--${name}: ${detail}` });
  };
  const tasks = readTasks(take, leave);
  const spec: ImportedSpec = { replicas: tasks.nodes, ...(tasks.gpus !== undefined && { gpusPerReplica: tasks.gpus }) };
  readResources(take, tasks, spec);
  readTimes(take, leave, spec);
  const workingDir = take('chdir');
  if (workingDir !== undefined) spec.workingDir = workingDir;
  const name = labelFrom(take('job-name') ?? 'slurm');
  const indices = take('array');
  const array = indices === undefined ? undefined : arrayOf(indices);
  if (array !== undefined) {
    delete spec.replicas;
    spec.array = array;
  }
  if (options.some(({ name }) => name === 'requeue')) spec.checkpoint = { ...spec.checkpoint, resume: 'auto' };
  taken.add('requeue');
  const image = take('container-image') ?? CONTAINER_IMAGE.exec(text)?.[1];
  if (image !== undefined) spec.image = image.replace('#', '/');
  spec.command = commandOf(lines, { ...tasks, isArray: array !== undefined });
  for (const { name, line } of options.filter((option) => !taken.has(option.name) && !SILENT.has(option.name))) {
    leftOut.push({ where: `line ${line}`, detail: `--${name}: ${ADVICE[name] ?? 'This option means nothing here.'}` });
  }
  lines.forEach((line, index) => {
    if (/^\s*module\s+(load|add)\s/.test(line)) leftOut.push({ where: `line ${index + 1}`, detail: 'module: the image has to bring it.' });
  });
  if (tasks.nodes > 1) {
    leftOut.push({
      where: 'script',
      detail: 'Each pod runs the whole script. Slurm runs it on the first node only, and what srun starts on all.',
    });
  }
  const job = { name, annotations: {}, spec, resourceName: undefined };
  const nodeSelector: Record<string, string> = tasks.gpuType === undefined ? {} : { '': tasks.gpuType };
  return { jobs: [{ ...job, nodeSelector }], leftOut };
}

/** The options of the `#SBATCH` lines before the first command. Slurm reads no later ones. */
function optionsOf(lines: readonly string[], leftOut: LeftOut[]): Option[] {
  const firstCommand = lines.findIndex((line) => !/^\s*(#|$)/.test(line));
  return lines.flatMap((line, index) => {
    const directive = DIRECTIVE.exec(line)?.[1];
    if (directive === undefined) return [];
    if (firstCommand !== -1 && index > firstCommand) {
      leftOut.push({ where: `line ${index + 1}`, detail: 'Slurm does not read #SBATCH behind the first command, nor does mss.' });
      return [];
    }
    const words = directive.replace(/\s#.*$/, '').match(WORD) ?? [];
    const args = words.map((word) => word.replaceAll(/["']/g, ''));
    const { tokens } = parseArgs({ args, options: OPTIONS, strict: false, allowPositionals: true, tokens: true });
    return tokens.flatMap((token) =>
      token.kind === 'option'
        ? [{ name: token.name, value: token.value, line: index + 1 }]
        : leftWord(token.kind === 'positional' ? token.value : '--', index + 1, leftOut),
    );
  });
}

function leftWord(word: string, line: number, leftOut: LeftOut[]): [] {
  leftOut.push({ where: `line ${line}`, detail: `"${word}" is no option of sbatch.` });
  return [];
}

type Take = (...names: readonly string[]) => string | undefined;
type Leave = (name: string, detail: string) => void;

interface Tasks {
  readonly nodes: number;
  readonly tasksPerNode: number;
  readonly cpusPerTask: number | undefined;
  readonly gpus: number | undefined;
  readonly gpusPerNode: number | undefined;
  readonly gpuType: string | undefined;
}

const numberOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined;

function readTasks(take: Take, leave: Leave): Tasks {
  const asked = take('nodes');
  const [least, most] = (asked ?? '').split('-');
  if (most !== undefined) leave('nodes', `A gang has one size: ${least ?? ''} is taken.`);
  const ntasks = numberOf(take('ntasks'));
  const perNode = numberOf(take('ntasks-per-node', 'tasks-per-node'));
  const nodes = numberOf(least) ?? (ntasks !== undefined && perNode !== undefined ? Math.max(1, Math.ceil(ntasks / perNode)) : 1);
  const tasksPerNode = perNode ?? Math.max(1, Math.ceil((ntasks ?? nodes) / nodes));
  const gres = take('gres')
    ?.split(',')
    .find((resource) => resource.startsWith('gpu'));
  const node = gpusOf(gres ?? take('gpus-per-node') ?? '');
  const total = gpusOf(take('gpus') ?? '');
  const task = gpusOf(take('gpus-per-task') ?? '');
  take('gpus-per-node');
  const gpus =
    node?.count ??
    (total === undefined ? undefined : Math.ceil(total.count / nodes)) ??
    (task === undefined ? undefined : task.count * tasksPerNode);
  const cpusPerTask = numberOf(take('cpus-per-task'));
  return { nodes, tasksPerNode, cpusPerTask, gpus, gpusPerNode: gpus, gpuType: node?.type ?? total?.type ?? task?.type };
}

function readResources(take: Take, { tasksPerNode, cpusPerTask, gpus }: Tasks, spec: ImportedSpec): void {
  const perGpu = numberOf(take('cpus-per-gpu'));
  const cpus = cpusPerTask === undefined ? (perGpu === undefined ? undefined : perGpu * (gpus ?? 1)) : cpusPerTask * tasksPerNode;
  if (cpus !== undefined) spec.cpu = String(cpus);
  const memory =
    memoryOfSlurm(take('mem') ?? '') ??
    memoryOfSlurm(take('mem-per-gpu') ?? '', gpus ?? 1) ??
    memoryOfSlurm(take('mem-per-cpu') ?? '', cpus ?? 1);
  take('mem-per-gpu', 'mem-per-cpu');
  if (memory !== undefined) spec.memory = memory;
}

function readTimes(take: Take, leave: Leave, spec: ImportedSpec): void {
  const time = take('time');
  const seconds = time === undefined ? undefined : secondsOfSlurmTime(time);
  if (seconds !== undefined && seconds > 0) spec.maxRuntime = formatDuration(seconds);
  else if (time !== undefined) leave('time', `${time} is no limit. Give one with --max-runtime.`);
  const signal = take('signal');
  if (signal === undefined) return;
  const [, name = '', before] = /^(?:[RB]:)?(\w+)(?:@(\d+))?$/.exec(signal) ?? [];
  spec.checkpoint = { grace: `${Math.min(MOST_GRACE_SECONDS, Number(before ?? SIGNAL_SECONDS))}s` };
  if (!/^(SIG)?TERM$|^15$/.test(name)) leave('signal', `A job gets SIGTERM, its grace before the end, and not ${name}.`);
}

/** The command of the script: its interpreter, and for a shell what Slurm gives a script before it. */
function commandOf(lines: readonly string[], tasks: Tasks & { readonly isArray: boolean }): string[] {
  const [first = '', ...rest] = lines;
  const interpreter = first.startsWith('#!') ? first.slice(2).trim().split(/\s+/) : ['bash'];
  const words = interpreter[0]?.endsWith('/env') === true ? interpreter.slice(1).filter((word) => word !== '-S') : interpreter;
  const name = (words[0] ?? 'bash').split('/').at(-1) ?? 'bash';
  const script = (first.startsWith('#!') ? rest : lines).filter((line) => !DIRECTIVE.test(line)).join('\n');
  if (!SHELLS.has(name)) return [name, ...words.slice(1), '-c', script];
  return ['bash', ...words.slice(1), '-c', slurmEnvironment(tasks) + script];
}
