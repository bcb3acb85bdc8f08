import { CLUSTER_REASONS } from './cluster-reason-texts.ts';
import { explainReason } from './cluster-reasons.ts';

describe('what the cluster reports of a pod', () => {
  it.each([
    ['ErrImagePull', 'not found', 'image-pull-failed'],
    ['ImagePullBackOff', 'Back-off pulling image "a"', 'image-pull-failed'],
    ['Failed', 'Failed to pull image "a": rpc error', 'image-pull-failed'],
    ['BackOff', 'Back-off pulling image "a"', 'image-pull-failed'],
    ['InvalidImageName', 'invalid reference format', 'image-name-invalid'],
    ['InspectFailed', `Failed to apply default image tag "A": couldn't parse image name "A"`, 'image-name-invalid'],
    ['CreateContainerConfigError', 'secret "wandb" not found', 'container-config-invalid'],
    ['Failed', 'Error: secret "wandb" not found', 'container-config-invalid'],
    ['StartError', 'exec: "trainn": executable file not found', 'container-not-started'],
    ['RunContainerError', '', 'container-not-started'],
    ['BackOff', 'Back-off restarting failed container main in pod', 'container-restarting'],
    ['OOMKilled', 'exit code 137', 'out-of-memory'],
    ['UnexpectedAdmissionError', 'Allocate failed due to no healthy devices', 'node-rejected'],
    ['OutOfnvidia.com/gpu', 'Node did not have enough resource', 'node-rejected'],
    ['Evicted', 'The node was low on resource: ephemeral-storage. Threshold quantity: 10Gi', 'evicted-disk'],
    ['Evicted', 'Pod ephemeral local storage usage exceeds the total limit of containers 50Gi. ', 'storage-limit-exceeded'],
    ['Evicted', 'The node was low on resource: memory.', 'evicted-memory'],
    ['Evicted', 'The node had condition: [PIDPressure].', 'evicted'],
    ['FailedScheduling', '0/4 nodes are available: 4 Insufficient cpu.', 'unschedulable'],
    ['NodeNotReady', 'Node is not ready', 'node-lost'],
    ['DeletionByTaintManager', '', 'node-lost'],
    ['DeadlineExceeded', '', 'deadline-exceeded'],
    ['Preempted', 'Preempted by a pod on node a', 'preempted'],
    ['FailedMount', 'MountVolume.SetUp failed for volume "out"', 'volume-not-ready'],
    ['Started', 'Started container main', 'container-started'],
    ['SomethingNew', 'of next year', 'other'],
  ])('%s: %s has the code %s', (reason, message, code) => {
    expect(explainReason({ reason, message }).code).toBe(code);
  });

  it('has a sentence in both languages for every code, and a remedy in both or in none', () => {
    for (const { sentence, remedy } of Object.values(CLUSTER_REASONS)) {
      expect(sentence.en).toMatch(/^[A-Z].*\.$/);
      expect(sentence.zh).toMatch(/[\u4e00-\u9fff].*。$/u);
      expect(remedy === null || (remedy.en.endsWith('.') && remedy.zh.endsWith('。'))).toBe(true);
    }
  });
});
