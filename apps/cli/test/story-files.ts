const DAY_MILLISECONDS = 86_400_000;
/** The date that many days from now. */
export const day = (fromNow: number): string => new Date(Date.now() + fromNow * DAY_MILLISECONDS).toISOString().slice(0, 10);

export const CLASS = `
name: NVIDIA H800 80GB
nodeSelector: { speedspace.io/gpu-class: h800 }
runtimeClassName: kata-gpu
tolerations:
  - { key: dedicated, value: training, effect: NoSchedule }
  - { key: maintenance, operator: Exists, effect: NoExecute, tolerationSeconds: 600 }
`;
export const PROGRAMME = `
code: xuhui
name: 徐汇区算力补贴
funder: 徐汇区
unit: CNY
coverageBp: 5000
priority: 10
classes: [h800]
validFrom: ${day(-60)}T00:00:00+08:00
validUntil: ${day(700)}T00:00:00+08:00
secondApprovalAbove: 500000
requiredAttachments: [{ kind: business-licence, name: 营业执照 }]
`;
export const JOB = `
apiVersion: speedspace.io/v1
kind: Job
metadata: { name: sft-7b, annotations: { sim.speedspace.io/run-time: 95s, sim.speedspace.io/log: "epoch 1 loss 2.31" } }
spec:
  gpuClass: h800
  gpusPerReplica: 8
  image: registry.park.example/jiding/train:1.4
  maxRuntime: 30m
  selfPay: true
`;
