import type { Tx } from '#database';
import { DecisionsService } from '#decisions';
import { BankTransfersService } from '#funding';
import { type Instant, type Month } from '#kernel';
import { IncidentsService } from '#metering';
import { ProgrammesService, ProgrammeThresholdsService } from '#programmes';
import { MonthClosingService, MonthReadyService } from '#statements';
import { DEMO_COMPANIES } from './companies.ts';
import type { Office } from './office.ts';
import type { Park } from './park-setup.ts';
import { receipt } from './receipt.ts';
import type { Act } from './subsidy-story.ts';

const DAY = 86_400;
const HOUR = 3_600;
const [FINANCE, SECOND_FINANCE] = ['finance@park.example', 'finance2@park.example'];

/** Bank transfers, months, incidents and what waits for a second person. */
export class FinanceStory {
  constructor(
    private readonly office: Office,
    private readonly park: Park,
    /** The first of them is that of the first entry, the last one the present. */
    private readonly months: readonly Month[],
    private readonly until: Instant,
  ) {}

  acts(): Act[] {
    return [...this.#transfers(), ...this.#months(), ...this.#incidents(), ...this.#waiting()];
  }

  #transfers(): Act[] {
    const { calendar } = this.office;
    return this.months.flatMap((month, number) =>
      DEMO_COMPANIES.flatMap(({ slug, wallet, monthly }, index) => {
        const at = calendar.startOf(month) + (number === 0 ? 0 : index % 6) * DAY + (4 + (index % 3)) * HOUR;
        const amount = number === 0 ? wallet : 3n * monthly;
        const isDue = number === 0 || (number + index) % 3 === 0;
        return isDue && at + 2 * HOUR < this.until
          ? this.#transfer(slug, amount, `工行 ${month} ${String(index + 1).padStart(4, '0')}`, at)
          : [];
      }),
    );
  }

  #transfer(slug: string, amount: bigint, reference: string, at: Instant): Act[] {
    const { office } = this;
    const transfers = office.get(BankTransfersService);
    const tenantId = this.park.tenants.get(slug) ?? '';
    let id = '';
    return [
      {
        at,
        do: async (tx) => {
          id = await this.#record(tx, FINANCE, slug, amount, reference);
        },
      },
      {
        at: at + HOUR,
        do: async (tx) => await transfers.confirm(tx, office.person(SECOND_FINANCE), tenantId, id, '已与银行流水核对', office.now),
      },
    ];
  }

  async #record(tx: Tx, by: string, slug: string, amount: bigint, reference: string): Promise<string> {
    const { office } = this;
    const tenantId = this.park.tenants.get(slug) ?? '';
    const paidOn = office.calendar.dayOf(office.now);
    const given = { tenantId, direction: 'in' as const, amount, reference, paidOn };
    const transfers = office.get(BankTransfersService);
    const { id } = await transfers.record(tx, office.person(by), given, office.now);
    const content = receipt(`Receipt of ${paidOn}: CNY ${amount / 100n}.00 from ${slug}`);
    await transfers.addProof(tx, office.person(by), tenantId, id, { fileName: `回单-${slug}-${paidOn}.pdf`, content });
    return id;
  }

  /** Each month is made ready when it is over, and closed by two people some days later; the last one that is over waits for them. */
  #months(): Act[] {
    const { office } = this;
    const closing = office.get(MonthClosingService);
    return this.months.slice(0, -1).flatMap((month, index): Act[] => {
      const end = office.calendar.endOf(month);
      const ready: Act = {
        at: end + 15 * 60,
        do: async (tx) => await office.get(MonthReadyService).tell(tx, await closing.checklist(tx, month), undefined),
      };
      if (index === this.months.length - 2) return [ready];
      const request: Act = {
        at: end + 2 * DAY + 3 * HOUR,
        do: async (tx) => await closing.request(tx, office.person(FINANCE), month, '当月账目已核对，差异为零'),
      };
      const confirm: Act = {
        at: end + 3 * DAY + 2 * HOUR,
        do: async (tx) => {
          const requested = await closing.requested(tx, month);
          const id = requested?.id ?? '';
          await office.get(DecisionsService).confirm(tx, office.person(SECOND_FINANCE), id, '复核无误', office.now);
        },
      };
      return [ready, request, confirm];
    });
  }

  /** Failures of nodes are credited back, but that of the present month: it waits for the operator. */
  #incidents(): Act[] {
    const { office } = this;
    const open = async (tx: Tx): Promise<void> => {
      const incidents = office.get(IncidentsService);
      const [affected] = await incidents.candidates(tx);
      if (affected === undefined) return;
      const selection = { admissionIds: [affected.admissionId] };
      await incidents.open(tx, office.person('operator@park.example'), { reason: '节点 GPU 掉卡，整机重启', selection });
    };
    const days = this.months.slice(0, -1).map((month) => office.calendar.startOf(month) + 20 * DAY);
    return days.map((at) => ({ at, do: open }));
  }

  /** One transfer for each person of finance, and a threshold for the second administrator. */
  #waiting(): Act[] {
    const { office, until } = this;
    const record = (by: string, slug: string, amount: bigint, daysAgo: number): Act => ({
      at: until - daysAgo * DAY,
      do: async (tx) => await this.#record(tx, by, slug, amount, `招行 ${slug} ${daysAgo}`),
    });
    const threshold: Act = {
      at: until - 2 * DAY,
      do: async (tx) => {
        const programme = await office.get(ProgrammesService).get(tx, this.park.programmes.city);
        const by = { ...office.person('admin@park.example'), reason: '大额补贴由两位管理员决定' };
        const change = { secondApprovalAbove: 30_000_000n };
        await office.get(ProgrammeThresholdsService).change(tx, by, programme.id, programme.version, change, office.now);
      },
    };
    return [record(FINANCE, 'hanlin', 3_500_000n, 1), record(SECOND_FINANCE, 'xinghe', 6_000_000n, 2), threshold];
  }
}
