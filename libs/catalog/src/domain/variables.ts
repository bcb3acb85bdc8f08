/** Set by Speedspace in every pod (interfaces.md). */
const OURS = new Set(['MASTER_ADDR', 'MASTER_PORT', 'NODE_RANK', 'NNODES', 'WORLD_SIZE', 'JOB_COMPLETION_INDEX']);

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,255}$/;
/** Each variable takes about a hundred bytes of a Kubernetes object beside its value, so their number is limited too. */
export const MOST_VARIABLES = 1_000;

/**
 * Variables that a container runtime or device plugin reads outside the container. The kubelet adds a pod's own variables after those of
 * the device plugin, so the tenant's value wins. On a node whose runtime reads them, `NVIDIA_VISIBLE_DEVICES=all` mounts every GPU of the
 * node, also those of other tenants, into a pod that pays for one. The README says how to set up a node that ignores them; this check is
 * the second protection.
 */
const READ_BY_THE_NODE: readonly RegExp[] = [
  // Any vendor: NVIDIA_, AMD_, ASCEND_, CAMBRICON_, MLU_, METAX_, MX_, MACA_, MTHREADS_, ILUVATAR_COREX_, IX_, XPU_, KUNLUN_, DCU_,
  // HY_, HYGON_, ENFLAME_, BIREN_, HABANA_, HIP_ and ROCR_VISIBLE_DEVICES, and whatever comes next.
  /VISIBLE_DEVICE/,
  // NVIDIA's toolkit: which devices, MIG control, IMEX channels, GDS, GDRCopy, driver libraries.
  /^NVIDIA_/,
  // Docker Swarm's names for the same (`swarm-resource` of NVIDIA's toolkit).
  /^DOCKER_RESOURCE_/,
  // Shares of one GPU: limits of MPS, and HAMi's limits with the switch that turns them off.
  /^CUDA_MPS_/,
  /^CUDA_DEVICE_(MEMORY|SM)_LIMIT/,
  /^CUDA_DISABLE_CONTROL$/,
  // Ascend Docker Runtime: NPUs, virtual NPUs, mounts and links into the host.
  /^ASCEND_/,
  /^(CAMBRICON|MLU|METAX|MX|MTHREADS|ILUVATAR|KUNLUN|HYGON|ENFLAME|BIREN|HABANA)_/,
  // OpenCL on AMD selects devices by this one.
  /^GPU_DEVICE_ORDINAL$/,
];

/**
 * Variables of those families that only libraries inside the container read. They limit or tune the use of the devices that the pod has,
 * and cannot add one. Many training scripts set them.
 */
const READ_INSIDE: readonly RegExp[] = [
  /^CUDA_VISIBLE_DEVICES$/,
  /^(ASCEND_RT|MUSA)_VISIBLE_DEVICES$/,
  /^NVIDIA_(TF32_OVERRIDE|API_KEY)$/,
  /^ASCEND_(LAUNCH_BLOCKING|DEVICE_ID|COREDUMP_SIGNAL|MAX_OP_CACHE_SIZE|REMAIN_CACHE_SIZE_RATIO|HOST_LOG_FILE_NUM)$/,
  /^ASCEND_(GLOBAL|SLOG|LOG|PROFILER?|PROCESS)_[A-Z_]+$/,
  /^ASCEND_[A-Z_]*(PATH|HOME)$/,
];

/** What is wrong with the name of a variable, as a sentence; undefined for one that a tenant may set. */
export function faultOfVariable(name: string): string | undefined {
  const shown = name.length > 80 ? `${name.slice(0, 80)}…` : name;
  if (!NAME.test(name)) return `"${shown}" is not a name of a variable.`;
  // Programs distinguish upper and lower case, and runtimes should; a script on a node may not.
  const upper = name.toUpperCase();
  if (OURS.has(upper)) return `${shown} is set by Speedspace.`;
  if (READ_BY_THE_NODE.some((pattern) => pattern.test(upper)) && !READ_INSIDE.some((pattern) => pattern.test(upper))) {
    return `${shown} chooses devices of the node, which are given by gpusPerReplica alone.`;
  }
  return undefined;
}
