/** What a script expects of Slurm that its `#SBATCH` lines say. */
export interface SlurmTasks {
  readonly tasksPerNode: number;
  readonly cpusPerTask: number | undefined;
  readonly gpusPerNode: number | undefined;
  readonly isArray: boolean;
}

/**
 * Lines of bash before a Slurm script: the variables of sbatch(1) from those of Speedspace, `scontrol show hostnames`, and `srun`, which
 * starts the tasks of this pod, as the script runs in each pod. `srun` hands SIGTERM on to its tasks, as they get no signal of their own.
 */
export function slurmEnvironment({ tasksPerNode, cpusPerTask, gpusPerNode, isArray }: SlurmTasks): string {
  return `# Speedspace: what Slurm gives a script
SLURM_JOB_ID=$(printf %s "\${HOSTNAME%-*}" | cksum | cut -d ' ' -f 1)
SLURM_NTASKS_PER_NODE=${tasksPerNode}
SLURM_NTASKS=$((NNODES * ${tasksPerNode}))
export SLURM_JOB_ID SLURM_JOBID=$SLURM_JOB_ID SLURM_NTASKS SLURM_NPROCS=$SLURM_NTASKS SLURM_NTASKS_PER_NODE
export SLURM_NNODES=$NNODES SLURM_JOB_NUM_NODES=$NNODES SLURM_NODEID=$NODE_RANK SLURM_PROCID=$((NODE_RANK * ${tasksPerNode})) SLURM_LOCALID=0
export SLURM_JOB_NODELIST=$MASTER_ADDR SLURM_NODELIST=$MASTER_ADDR SLURM_SUBMIT_DIR=$PWD
${[
  ...(cpusPerTask === undefined ? [] : [`export SLURM_CPUS_PER_TASK=${cpusPerTask}`]),
  ...(gpusPerNode === undefined ? [] : [`export SLURM_GPUS_ON_NODE=${gpusPerNode} SLURM_GPUS_PER_NODE=${gpusPerNode}`]),
  ...(isArray ? ['export SLURM_ARRAY_JOB_ID=$SLURM_JOB_ID SLURM_ARRAY_TASK_ID=$JOB_COMPLETION_INDEX'] : []),
].join('\n')}
module() { :; }
scontrol() { for ((node = 0; node < NNODES; node++)); do echo "\${MASTER_ADDR/-0./-$node.}"; done; }
srun() {
  while [ $# -gt 0 ]; do
    case $1 in
      --) shift; break ;;
      -[nNcGtpAwxJoeimDqC] | --nodes | --ntasks | --ntasks-per-node | --cpus-per-task | --gpus | --gpus-per-task | --gpus-per-node | --gres | --mem | \\
        --time | --nodelist | --output | --error | --job-name | --export | --mpi | --cpu-bind | --label-format | --container-image | --container-mounts | \\
        --container-workdir | --relative | --chdir) shift 2 ;;
      -*) shift ;;
      *) break ;;
    esac
  done
  local tasks=() code=0 task ended
  for ((task = 0; task < SLURM_NTASKS_PER_NODE; task++)); do
    SLURM_LOCALID=$task SLURM_PROCID=$((NODE_RANK * SLURM_NTASKS_PER_NODE + task)) "$@" &
    tasks+=($!)
  done
  trap 'kill -TERM "\${tasks[@]}" 2> /dev/null' TERM
  for task in "\${tasks[@]}"; do
    wait "$task" && ended=0 || ended=$?
    while kill -0 "$task" 2> /dev/null; do wait "$task" && ended=0 || ended=$?; done
    [ "$ended" -eq 0 ] || code=$ended
  done
  trap - TERM
  return "$code"
}
# Speedspace: the script
`;
}
