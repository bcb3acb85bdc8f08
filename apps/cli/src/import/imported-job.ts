/** A part of the file that the job file does not say, and what to do about it. */
export interface LeftOut {
  /** A JSON pointer into a manifest, or the line of a script. */
  readonly where: string;
  readonly detail: string;
}

/** A volume of a job file. */
export type ImportedVolume = Readonly<{ name: string; mountPath: string; size?: string }>;

/** The `spec` of a job file, as far as other systems say it. */
export interface ImportedSpec {
  gpuClass?: string;
  replicas?: number;
  gpusPerReplica?: number;
  image?: string;
  command?: string[];
  args?: string[];
  workingDir?: string;
  env?: Record<string, string>;
  envFrom?: { secret: string }[];
  files?: { secret: string; mountPath: string }[];
  imagePullSecrets?: string[];
  volumes?: ImportedVolume[];
  maxRuntime?: string;
  checkpoint?: { grace?: string; resume?: 'auto' };
  retries?: number;
  cpu?: string;
  memory?: string;
  shm?: string;
  ephemeralStorage?: string;
  runAs?: { user: number; group?: number };
  array?: { indices: string; parallelism?: number };
  schedule?: { cron: string; timeZone?: string };
}

/** A job file made from the file of another system. */
export interface ImportedJob {
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: ImportedSpec;
  /** The extended resource by which the manifest asks for GPUs, such as `nvidia.com/gpu`; undefined where the system has no such name. */
  readonly resourceName: string | undefined;
  /** What the manifest says of the nodes: labels, or the type of GPU of a Slurm script under the empty key. */
  readonly nodeSelector: Readonly<Record<string, string>>;
}

export interface Imported {
  readonly jobs: readonly ImportedJob[];
  readonly leftOut: readonly LeftOut[];
}

/** A DNS label made of any name; `fallback` if no letter of it can stay. */
export function labelFrom(name: string, fallback = 'job'): string {
  const label = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, '');
  return label === '' ? fallback : label;
}
