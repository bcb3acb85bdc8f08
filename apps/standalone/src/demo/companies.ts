/** A start-up of the demo data. All names are invented. */
export interface DemoCompany {
  readonly slug: string;
  readonly name: string;
  /** What its jobs are called and what it applies for. */
  readonly field: { readonly purpose: string; readonly plan: string; readonly jobs: readonly string[] };
  readonly owner: string;
  readonly engineer: string;
  readonly phone: string;
  /** Its share of all jobs, in parts of those of all companies. */
  readonly share: number;
  /** The GPU classes of its jobs; a class that is named twice has twice the jobs. */
  readonly classes: readonly string[];
  /** First bank transfer into its wallet, in fen. */
  readonly wallet: bigint;
  /** What it transfers later, in fen a month. */
  readonly monthly: bigint;
  /** What its people do on the sign-in page of the demo; absent: they are not offered there. */
  readonly about?: { readonly owner: About; readonly engineer: About };
}

interface About {
  readonly zh: string;
  readonly en: string;
}

export const DEMO_COMPANIES: readonly DemoCompany[] = [
  {
    ...{ slug: 'jiding', name: '极订智能', owner: '沈越', engineer: '罗恺', phone: '021-5555 0101', share: 3 },
    ...{ classes: ['h800', 'h800', 'a100'], wallet: 30_000_000n, monthly: 8_000_000n },
    field: {
      purpose: '供应链大模型的预训练与微调',
      plan: '7B 模型继续预训练，随后按行业微调；每周评测一次。',
      jobs: ['sft-7b', 'pretrain-supply', 'dpo-7b', 'eval-weekly'],
    },
    about: {
      owner: { zh: '企业负责人：一份申请被退回修改，两笔补贴在用', en: 'Owner: an application came back for changes, two grants in use' },
      engineer: { zh: '研发：多机训练作业运行中', en: 'Engineer: training on several machines is running' },
    },
  },
  {
    ...{ slug: 'moyu', name: '墨语科技', owner: '苏晚', engineer: '江寒', phone: '021-5555 0102', share: 1 },
    ...{ classes: ['a100', 'h800'], wallet: 3_000_000n, monthly: 1_500_000n },
    field: {
      purpose: '中文写作大模型微调',
      plan: '13B 模型的指令微调与偏好对齐。',
      jobs: ['lora-13b', 'align-13b', 'style-corpus', 'eval-writing'],
    },
    about: {
      owner: { zh: '企业负责人：余额将尽，作业因资金不足被挂起', en: 'Owner: funds are nearly used up, a job was suspended for it' },
      engineer: { zh: '研发：一个作业等待资金，一个可恢复', en: 'Engineer: one job waits for funds, one can be resumed' },
    },
  },
  {
    ...{ slug: 'lanjing', name: '澜境视觉', owner: '顾澜', engineer: '程野', phone: '021-5555 0103', share: 3 },
    ...{ classes: ['a100', 'a100', 'h800'], wallet: 26_000_000n, monthly: 7_000_000n },
    field: {
      purpose: '视频生成模型训练',
      plan: '文生视频扩散模型，先 256p 后 720p 两阶段训练。',
      jobs: ['video-dit', 'vae-3d', 'caption-clean', 'render-eval'],
    },
    about: {
      owner: { zh: '企业负责人：用量最大，追加申请在等终审', en: 'Owner: the largest user, an increase waits for its decision' },
      engineer: { zh: '研发：作业因并发上限排队', en: 'Engineer: jobs wait at the limit of GPUs at once' },
    },
  },
  {
    ...{ slug: 'zhixing', name: '知行医影', owner: '秦朗', engineer: '叶舟', phone: '021-5555 0104', share: 2 },
    ...{ classes: ['910b', '910b', 'a100'], wallet: 14_000_000n, monthly: 4_000_000n },
    field: {
      purpose: '医学影像大模型训练',
      plan: 'CT 与 MRI 报告生成，使用国产算力完成预训练。',
      jobs: ['ct-pretrain', 'mri-seg', 'report-sft', 'auc-eval'],
    },
    about: {
      owner: { zh: '企业负责人：一笔补贴被冻结，另一笔即将到期', en: 'Owner: one grant is frozen, another one ends soon' },
      engineer: { zh: '研发：昇腾作业运行中', en: 'Engineer: jobs run on Ascend' },
    },
  },
  {
    ...{ slug: 'qingtong', name: '青瞳机器人', owner: '陆鸣', engineer: '方晴', phone: '021-5555 0105', share: 2 },
    ...{ classes: ['h800', '910b'], wallet: 12_000_000n, monthly: 4_000_000n },
    field: {
      purpose: '具身智能策略训练',
      plan: '仿真数据上的模仿学习与强化学习。',
      jobs: ['policy-bc', 'sim-rl', 'grasp-eval', 'vla-sft'],
    },
  },
  {
    ...{ slug: 'hanlin', name: '翰林法智', owner: '宋书言', engineer: '许子衡', phone: '021-5555 0106', share: 1 },
    ...{ classes: ['a100'], wallet: 8_000_000n, monthly: 2_000_000n },
    field: { purpose: '法律大模型微调', plan: '裁判文书与法规上的继续训练和检索增强。', jobs: ['law-sft', 'case-embed', 'rag-eval'] },
  },
  {
    ...{ slug: 'xinghe', name: '星核计算', owner: '韩星野', engineer: '孟川', phone: '021-5555 0107', share: 2 },
    ...{ classes: ['h800', 'h800', '910b'], wallet: 20_000_000n, monthly: 5_000_000n },
    field: {
      purpose: '推理引擎与量化研究',
      plan: '70B 模型的量化、蒸馏与推理加速。',
      jobs: ['quant-70b', 'distill-7b', 'kernel-bench', 'spec-decode'],
    },
  },
  {
    ...{ slug: 'yunxiu', name: '云岫气象', owner: '谢云岫', engineer: '杜衡', phone: '021-5555 0108', share: 2 },
    ...{ classes: ['910b', 'a100'], wallet: 10_000_000n, monthly: 3_000_000n },
    field: {
      purpose: '气象大模型训练',
      plan: '再分析资料上的中期预报模型。',
      jobs: ['forecast-025', 'nowcast', 'downscale', 'skill-eval'],
    },
  },
  {
    ...{ slug: 'bozhou', name: '泊舟语音', owner: '白露', engineer: '石岩', phone: '021-5555 0109', share: 1 },
    ...{ classes: ['a100', '910b'], wallet: 6_000_000n, monthly: 2_000_000n },
    field: { purpose: '多方言语音大模型', plan: '沪语与普通话混合的识别和合成。', jobs: ['asr-wu', 'tts-flow', 'codec-train', 'wer-eval'] },
  },
  {
    ...{ slug: 'sulv', name: '素履教育', owner: '田素', engineer: '尹航', phone: '021-5555 0110', share: 1 },
    ...{ classes: ['a100', 'h800'], wallet: 5_000_000n, monthly: 1_500_000n },
    field: { purpose: '教育大模型微调', plan: '中学数学解题与批改模型。', jobs: ['math-sft', 'grade-rm', 'essay-eval'] },
  },
  {
    ...{ slug: 'cangjie', name: '仓颉代码', owner: '颜颉', engineer: '裴行', phone: '021-5555 0111', share: 2 },
    ...{ classes: ['h800', 'a100'], wallet: 15_000_000n, monthly: 4_000_000n },
    field: { purpose: '代码大模型训练', plan: '仓库级代码补全与修复模型。', jobs: ['code-7b', 'repo-index', 'fix-rl', 'humaneval'] },
  },
  {
    ...{ slug: 'jingxu', name: '晶序材料', owner: '莫序', engineer: '柯晶', phone: '021-5555 0112', share: 1 },
    ...{ classes: ['910b'], wallet: 5_000_000n, monthly: 1_500_000n },
    field: { purpose: '材料发现模型训练', plan: '晶体结构生成与性质预测。', jobs: ['crystal-gen', 'band-gap', 'md-label'] },
  },
];
