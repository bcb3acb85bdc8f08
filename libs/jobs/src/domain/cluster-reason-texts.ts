/** The same text in the two languages of the product. */
export interface BilingualText {
  readonly en: string;
  readonly zh: string;
}

/** What is said of a reason: a sentence, and what its reader can do where that is something. */
export interface ClusterReason {
  readonly sentence: BilingualText;
  readonly remedy: BilingualText | null;
}

function told(en: string, zh: string, remedyEn?: string, remedyZh?: string): ClusterReason {
  return { sentence: { en, zh }, remedy: remedyEn === undefined || remedyZh === undefined ? null : { en: remedyEn, zh: remedyZh } };
}

const RETURNS = 'The job returns to the queue by itself, and what the failure took from it can be refunded.';
const RETURNS_ZH = '作业会自动回到队列重新排队，因平台故障损失的卡时可以退还。';

/**
 * The catalogue of what clusters report of pods, by stable code: job events, `mss show`, `mss why`, `mss pod-events` and the console take
 * their sentences from here.
 */
export const CLUSTER_REASONS = {
  'image-name-invalid': told(
    'The image name is not a valid one.',
    '镜像名称的格式不正确。',
    'Correct the name: registry/repository:tag, in lower case.',
    '请改正镜像名称，格式为“仓库地址/名称:标签”，全部小写。',
  ),
  'image-pull-failed': told(
    'The image cannot be pulled.',
    '镜像拉取失败。',
    'Check its name and tag, and that its registry lets the cluster have it.',
    '请检查镜像名称和标签，并确认镜像仓库允许集群拉取。',
  ),
  'image-not-on-node': told(
    'The image is not on the node, and the pull policy forbids to pull it.',
    '节点上没有该镜像，而拉取策略不允许拉取。',
    'Use an image that the nodes have, or allow it to be pulled.',
    '请使用节点上已有的镜像，或允许拉取。',
  ),
  'container-config-invalid': told(
    'The container cannot be set up as it is written.',
    '容器配置有误，无法创建。',
    'Check the secrets and settings that the job names, and that its image does not need to run as root.',
    '请检查作业引用的密钥和配置，并确认镜像不需要以 root 运行。',
  ),
  'container-not-created': told(
    'The container cannot be created on its node.',
    '节点无法创建容器。',
    'Check the working directory and the mounts of the job; if they are right, tell the operator.',
    '请检查作业的工作目录和挂载；如无问题，请联系运维。',
  ),
  'container-not-started': told(
    'The command of the container cannot be started.',
    '容器的启动命令无法执行。',
    'Check that the command exists in the image and may be executed.',
    '请确认镜像里有该命令，并且可以执行。',
  ),
  'container-restarting': told(
    'The container ends again and again, and is started again after a pause.',
    '容器反复退出，正在等待重启。',
    'Read the log of the pod: its last lines usually tell why it ends.',
    '请查看日志末尾，通常会写明退出原因。',
  ),
  'out-of-memory': told(
    'The container used more memory than it asked for and was killed.',
    '容器使用的内存超过申请量，已被终止。',
    'Ask for more memory, or use less, for example with fewer data loader workers or a smaller batch.',
    '请申请更多内存，或减少用量，例如减少数据加载进程、减小批大小。',
  ),
  'node-rejected': told('The node did not accept the pod.', '节点拒绝了该实例。', RETURNS, RETURNS_ZH),
  'storage-limit-exceeded': told(
    'The pod wrote more to the disk of its node than it may, and was ended.',
    '实例写入节点磁盘的数据超过上限，已被终止。',
    'Write less to /tmp and the home directory, or ask for more ephemeral storage.',
    '请减少写入 /tmp 和主目录的数据，或申请更多临时存储。',
  ),
  'evicted-disk': told('The node ran out of disk space and ended the pod.', '节点磁盘空间不足，实例被驱逐。', RETURNS, RETURNS_ZH),
  'evicted-memory': told('The node ran out of memory and ended the pod.', '节点内存不足，实例被驱逐。', RETURNS, RETURNS_ZH),
  evicted: told('The node was under pressure and ended the pod.', '节点资源紧张，实例被驱逐。', RETURNS, RETURNS_ZH),
  unschedulable: told(
    'No node takes the pod at the moment.',
    '目前没有节点可以容纳该实例。',
    'Wait; if it lasts, tell the operator what the message says.',
    '请稍候；如持续如此，请把提示信息告知运维。',
  ),
  preempted: told('The pod had to make place for a more important one.', '实例为更高优先级的任务让出了资源。', RETURNS, RETURNS_ZH),
  drained: told('The pod was taken off its node, as a drain for maintenance does.', '节点维护，实例被移出。', RETURNS, RETURNS_ZH),
  'node-lost': told('The node of the pod cannot be reached.', '实例所在的节点失联。', RETURNS, RETURNS_ZH),
  'node-shutdown': told('The node of the pod was shut down.', '实例所在的节点已关机。', RETURNS, RETURNS_ZH),
  'container-lost': told('The node lost the container, for example by a restart.', '节点丢失了容器，例如因为重启。', RETURNS, RETURNS_ZH),
  'deadline-exceeded': told(
    'The pod ran for as long as it may and was ended.',
    '实例运行达到时长上限，已被终止。',
    'Give the job a longer maxRuntime, and save checkpoints.',
    '请设置更长的最长运行时间，并定期保存检查点。',
  ),
  'volume-not-ready': told(
    'A volume of the pod cannot be mounted.',
    '实例的存储卷无法挂载。',
    'Check the volumes and secrets that the job names; if they are right, tell the operator.',
    '请检查作业引用的存储卷和密钥；如无问题，请联系运维。',
  ),
  'network-not-ready': told(
    'The network of the pod cannot be set up on its node.',
    '节点无法为实例建立网络。',
    'The node tries again by itself; if it lasts, tell the operator.',
    '节点会自动重试；如持续如此，请联系运维。',
  ),
  'pod-not-created': told(
    'The cluster does not create the pod.',
    '集群没有创建该实例。',
    'Read the message: a quota, or a rule of the cluster that the job does not meet.',
    '请查看提示信息：可能是配额不足，或作业不符合集群的规则。',
  ),
  'program-failed': told(
    'The program ended with an error.',
    '程序异常退出。',
    'Read the log of the pod: its last lines usually tell why.',
    '请查看日志末尾，通常会写明原因。',
  ),
  'probe-failed': told('A health check of the pod failed.', '实例的健康检查未通过。'),
  'secret-missing': told(
    'A secret that the job names is not there any more.',
    '作业引用的密钥已不存在。',
    'Create the secret again, and submit the job again.',
    '请重新创建该密钥后再次提交作业。',
  ),
  'refused-by-cluster': told(
    'The cluster does not accept the job as it is.',
    '集群不接受该作业。',
    'Change what the message names, and submit the job again.',
    '请按提示修改后重新提交。',
  ),
  scheduled: told('The pod got its node.', '实例已分配到节点。'),
  'image-pulling': told('The node pulls the image.', '节点正在拉取镜像。'),
  'image-pulled': told('The image is on the node.', '镜像已就绪。'),
  'container-created': told('The container was created.', '容器已创建。'),
  'container-started': told('The container was started.', '容器已启动。'),
  'container-stopping': told('The container is being stopped.', '容器正在停止。'),
  completed: told('The program ended well.', '程序正常结束。'),
  'log-not-kept': told(
    'The log of the pod could not be kept.',
    '实例的日志未能保存。',
    'Let the program write what matters to a volume as well.',
    '请让程序把重要的输出同时写入存储卷。',
  ),
  other: told('The cluster reports something else of the pod.', '集群上报了其他信息。'),
} as const satisfies Record<string, ClusterReason>;

/** Stable codes of the catalogue. */
export type ClusterReasonCode = keyof typeof CLUSTER_REASONS;
