import { faultOfVariable } from './variables.ts';

describe('variables of a job', () => {
  it.each([
    ...['NVIDIA_VISIBLE_DEVICES', 'NVIDIA_DRIVER_CAPABILITIES', 'NVIDIA_MIG_CONFIG_DEVICES', 'nvidia_visible_devices'],
    ...['ASCEND_VISIBLE_DEVICES', 'ASCEND_RUNTIME_OPTIONS', 'ASCEND_RUNTIME_MOUNTS', 'ASCEND_VNPU_SPECS', 'ASCEND_ALLOW_LINK'],
    ...['CAMBRICON_VISIBLE_DEVICES', 'MLU_VISIBLE_DEVICES', 'METAX_VISIBLE_DEVICES', 'MX_VISIBLE_DEVICES', 'MX_ANYTHING'],
    ...['AMD_VISIBLE_DEVICES', 'HIP_VISIBLE_DEVICES', 'ROCR_VISIBLE_DEVICES', 'GPU_DEVICE_ORDINAL'],
    ...['MTHREADS_VISIBLE_DEVICES', 'ILUVATAR_COREX_VISIBLE_DEVICES', 'IX_VISIBLE_DEVICES', 'XPU_VISIBLE_DEVICES'],
    ...['KUNLUN_VISIBLE_DEVICES', 'HYGON_VISIBLE_DEVICES', 'DCU_VISIBLE_DEVICES', 'A_VENDOR_TO_COME_VISIBLE_DEVICES'],
    ...['CUDA_MPS_PIPE_DIRECTORY', 'CUDA_DEVICE_MEMORY_LIMIT_0', 'CUDA_DISABLE_CONTROL', 'DOCKER_RESOURCE_GPU'],
  ])('%s is refused: the node reads it', (name) => {
    expect(faultOfVariable(name)).toContain('chooses devices of the node');
  });

  it.each(['MASTER_ADDR', 'MASTER_PORT', 'NODE_RANK', 'NNODES', 'WORLD_SIZE', 'JOB_COMPLETION_INDEX', 'master_addr'])(
    '%s is ours',
    (name) => {
      expect(faultOfVariable(name)).toContain('is set by Speedspace');
    },
  );

  it.each([
    ...['EPOCHS', 'HF_TOKEN', 'NCCL_DEBUG', 'HCCL_CONNECT_TIMEOUT', 'PYTORCH_CUDA_ALLOC_CONF', 'HIP_LAUNCH_BLOCKING'],
    ...['CUDA_VISIBLE_DEVICES', 'ASCEND_RT_VISIBLE_DEVICES', 'ASCEND_LAUNCH_BLOCKING', 'ASCEND_GLOBAL_LOG_LEVEL', 'ASCEND_OPP_PATH'],
  ])('%s is the tenant’s: only what runs inside the container reads it', (name) => {
    expect(faultOfVariable(name)).toBeUndefined();
  });

  it.each(['', '1A', 'A-B', 'A B', 'A=B', '变量', 'x'.repeat(257)])('%j is no name', (name) => {
    expect(faultOfVariable(name)).toContain('is not a name of a variable');
  });
});
