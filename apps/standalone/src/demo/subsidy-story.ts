import { type Application, ApplicationDecisionsService, ApplicationsService, CommentsService } from '#applications';
import type { Tx } from '#database';
import { GrantsService } from '#grants';
import { type Instant, toDate } from '#kernel';
import type { DemoCompany } from './companies.ts';
import { DEMO_COMPANIES } from './companies.ts';
import type { Office } from './office.ts';
import type { Park, ProgrammeName } from './park-setup.ts';

const DAY = 86_400;
const HOUR = 3_600;

/** Something that people do at an instant of the history, in a transaction of its own. */
export interface Act {
  readonly at: Instant;
  do(tx: Tx): Promise<unknown>;
}

/** How far an application gets. */
type Stage = 'draft' | 'submitted' | 'returned' | 'declined' | 'recommended' | 'rejected' | 'endorsed' | 'approved' | 'withdrawn';

interface Asked {
  readonly company: string;
  readonly programme: ProgrammeName;
  /** In the unit of the programme. */
  readonly amount: bigint;
  readonly at: Instant;
  readonly validFrom: Instant;
  readonly validUntil: Instant;
  readonly stage: Stage;
}

const [REVIEWER, ADMIN, SECOND_ADMIN] = ['reviewer@park.example', 'admin@park.example', 'admin2@park.example'];
const GPU_HOURS = 3_600n;

/** Applications, grants and what becomes of them, by the people whose work it is. */
export class SubsidyStory {
  constructor(
    private readonly office: Office,
    private readonly park: Park,
    private readonly from: Instant,
    private readonly until: Instant,
  ) {}

  acts(): Act[] {
    return [...this.#first(), ...this.#later(), ...this.#waiting()];
  }

  /** What the companies work with: granted in the first days. */
  #first(): Act[] {
    const { from, until } = this;
    const long = until + 200 * DAY;
    const granted = (company: string, programme: ProgrammeName, amount: bigint, day: number, validUntil = long): Act[] => {
      const at = from + day * DAY + 2 * HOUR;
      return this.#application({ company, programme, amount, at, validFrom: from, validUntil, stage: 'approved' });
    };
    return [
      ...granted('jiding', 'district', 45_000_000n, 0),
      ...granted('jiding', 'hours', 9_000n * GPU_HOURS, 0),
      ...granted('lanjing', 'district', 48_000_000n, 0),
      ...granted('moyu', 'district', 6_000_000n, 0),
      ...granted('zhixing', 'city', 40_000_000n, 1),
      ...granted('zhixing', 'district', 12_000_000n, 1, until + 5 * DAY),
      ...granted('qingtong', 'hours', 6_000n * GPU_HOURS, 1),
      ...granted('qingtong', 'city', 20_000_000n, 1),
      ...granted('hanlin', 'district', 18_000_000n, 2),
      ...granted('xinghe', 'hours', 8_000n * GPU_HOURS, 2),
      ...granted('xinghe', 'district', 30_000_000n, 2),
      ...granted('yunxiu', 'city', 45_000_000n, 3),
      ...granted('yunxiu', 'district', 10_000_000n, 3, from + 80 * DAY),
      ...granted('bozhou', 'district', 15_000_000n, 3),
      ...granted('sulv', 'district', 12_000_000n, 4),
      ...granted('cangjie', 'hours', 5_000n * GPU_HOURS, 4),
      ...granted('cangjie', 'district', 20_000_000n, 5),
      ...granted('jingxu', 'city', 15_000_000n, 6),
    ];
  }

  /** Refusals, an extension and an increase that were decided, a claw-back, and a grant that is frozen now. */
  #later(): Act[] {
    const { from, until } = this;
    const asked = (company: string, programme: ProgrammeName, amount: bigint, day: number, stage: Stage): Act[] => {
      const at = from + day * DAY + 3 * HOUR;
      return this.#application({ company, programme, amount, at, validFrom: at, validUntil: until + 150 * DAY, stage });
    };
    return [
      ...asked('sulv', 'hours', 20_000n * GPU_HOURS, 30, 'rejected'),
      ...asked('hanlin', 'city', 30_000_000n, 38, 'declined'),
      ...asked('bozhou', 'hours', 1_000n * GPU_HOURS, 52, 'withdrawn'),
      ...this.#amendment('hanlin', 'extension', { validUntil: until + 250 * DAY }, from + 60 * DAY, 'approved'),
      ...this.#amendment('cangjie', 'increase', { amount: 2_000n * GPU_HOURS }, from + 75 * DAY, 'approved'),
      ...this.#application({
        ...{ company: 'moyu', programme: 'hours', amount: 400n * GPU_HOURS, at: until - 8 * DAY, stage: 'approved' },
        ...{ validFrom: until - 6 * DAY, validUntil: until + 60 * DAY },
      }),
      this.#act(until - 9 * DAY, async (tx) => {
        const [grant] = await this.#grants(tx, 'zhixing', 'city');
        const reason = '核查用途：请提交三季度的训练记录';
        await this.office.get(ApplicationDecisionsService).freeze(tx, this.office.person(ADMIN), grant?.id ?? '', reason, this.office.now);
      }),
    ];
  }

  /** What waits for somebody today: at least one application for each person who decides. */
  #waiting(): Act[] {
    const { until } = this;
    const [soon, end] = [until + 10 * DAY, until + 190 * DAY];
    const asked = (company: string, programme: ProgrammeName, amount: bigint, daysAgo: number, stage: Stage): Act[] => {
      const at = until - daysAgo * DAY;
      return this.#application({ company, programme, amount, at, validFrom: soon, validUntil: end, stage });
    };
    return [
      ...asked('jiding', 'district', 30_000_000n, 6, 'returned'),
      ...asked('qingtong', 'district', 16_000_000n, 2, 'submitted'),
      ...asked('cangjie', 'district', 24_000_000n, 1, 'submitted'),
      ...asked('yunxiu', 'hours', 3_000n * GPU_HOURS, 5, 'recommended'),
      ...asked('xinghe', 'district', 60_000_000n, 7, 'endorsed'),
      ...asked('bozhou', 'city', 8_000_000n, 1, 'draft'),
      ...asked('jiding', 'city', 12_000_000n, 1, 'draft'),
      ...this.#amendment('lanjing', 'increase', { amount: 20_000_000n }, until - 4 * DAY, 'recommended'),
      this.#act(until - 3 * DAY, async (tx) => {
        const [grant] = await this.#grants(tx, 'sulv', 'district');
        const proposal = { kind: 'claw-back' as const, grantId: grant?.id ?? '', amount: 2_000_000n, opinion: '连续两月用量不足一成' };
        await this.office.get(ApplicationsService).propose(tx, this.office.person(SECOND_ADMIN), proposal, this.office.now);
      }),
    ];
  }

  #application({ company, programme, amount, at, validFrom, validUntil, stage }: Asked): Act[] {
    const given = {
      ...{ kind: 'grant' as const, programmeId: this.park.programmes[programme], amount },
      ...{ validFrom: toDate(validFrom), validUntil: toDate(validUntil) },
    };
    return this.#steps(companyOf(company), at, stage, () => Promise.resolve(given));
  }

  #amendment(
    slug: string,
    kind: 'increase' | 'extension',
    change: { readonly amount?: bigint; readonly validUntil?: Instant },
    at: Instant,
    stage: Stage,
  ): Act[] {
    const { amount, validUntil } = change;
    return this.#steps(companyOf(slug), at, stage, async (tx) => {
      const unit = kind === 'increase' && slug === 'cangjie' ? 'hours' : 'district';
      const [grant] = await this.#grants(tx, slug, unit);
      return {
        ...{ kind, grantId: grant?.id ?? '' },
        ...(amount !== undefined && { amount }),
        ...(validUntil !== undefined && { validUntil: toDate(validUntil) }),
      };
    });
  }

  /** The steps of an application, hours apart. */
  #steps(company: DemoCompany, at: Instant, stage: Stage, asked: (tx: Tx) => Promise<Parameters<ApplicationsService['draft']>[3]>): Act[] {
    const { office } = this;
    const [applications, decisions] = [office.get(ApplicationsService), office.get(ApplicationDecisionsService)];
    const owner = office.person(`owner@${company.slug}.example`);
    const tenantId = this.park.tenants.get(company.slug) ?? '';
    let application: Application;
    const act = (hours: number, step: (tx: Tx) => Promise<Application>): Act =>
      this.#act(at + hours * HOUR, async (tx) => {
        application = await step(tx);
      });
    const review = (verdict: 'recommend' | 'return' | 'decline', opinion: string): Act =>
      act(20, (tx) => {
        const { id, version } = application;
        return decisions.review(tx, office.person(REVIEWER), id, version, { verdict, opinion }, office.now);
      });
    const decide = (hours: number, by: string, verdict: 'approve' | 'reject', opinion: string): Act =>
      act(hours, (tx) => {
        const { id, version } = application;
        return decisions.decide(tx, office.person(by), id, version, { verdict, opinion }, office.now);
      });
    const draft = act(0, async (tx) => {
      const content = { purpose: company.field.purpose, plan: company.field.plan, contactName: company.owner, contactPhone: company.phone };
      return await applications.draft(tx, owner, tenantId, { ...content, ...(await asked(tx)) }, office.now);
    });
    const submit = act(1, (tx) => applications.submit(tx, owner, tenantId, application.id, application.version, office.now));
    const comment = this.#act(at + 18 * HOUR, async (tx) => {
      const body = '已核对营业执照与入驻协议，用途与企业方向一致。';
      const by = office.person(REVIEWER);
      await office.get(CommentsService).add(tx, by, application.id, { audience: 'park', body }, office.now);
    });
    const recommended = [draft, submit, comment, review('recommend', '材料齐全，用途明确，同意推荐。')];
    switch (stage) {
      case 'draft':
        return [draft];
      case 'submitted':
        return [draft, submit];
      case 'returned':
        return [draft, submit, review('return', '请补充训练数据来源与上一期的使用总结。')];
      case 'declined':
        return [draft, submit, review('decline', '该项目只支持国产算力，申请的用途不在范围内。')];
      case 'withdrawn': {
        const reason = '改为申请徐汇区补贴';
        const withdraw = (tx: Tx): Promise<Application> =>
          applications.withdraw(tx, owner, tenantId, application.id, application.version, reason, office.now);
        return [draft, submit, act(30, withdraw)];
      }
      case 'recommended':
        return recommended;
      case 'endorsed':
        return [...recommended, decide(28, ADMIN, 'approve', '金额较大，请第二位管理员复核。')];
      case 'rejected':
        return [...recommended, decide(28, ADMIN, 'reject', '申请的机时超出本期剩余预算的合理份额。')];
      case 'approved':
        return [...recommended, decide(28, ADMIN, 'approve', '同意。')];
    }
  }

  #act(at: Instant, work: (tx: Tx) => Promise<void>): Act {
    return { at, do: work };
  }

  async #grants(tx: Tx, slug: string, programme: ProgrammeName) {
    const grants = await this.office.get(GrantsService).list(tx, this.park.tenants.get(slug));
    return grants.filter(({ programmeId }) => programmeId === this.park.programmes[programme]);
  }
}

function companyOf(slug: string): DemoCompany {
  const company = DEMO_COMPANIES.find((known) => known.slug === slug);
  if (company === undefined) throw new Error(`${slug} is not among the companies of the demo`);
  return company;
}
