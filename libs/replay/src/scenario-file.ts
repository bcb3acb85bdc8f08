import { z } from 'zod';
import { type Instant, instantOf } from '#kernel';
import { faultsOf, type Scenario, ScenarioRefused } from './domain/scenario.ts';

const code = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[A-Za-z0-9._-]+$/, 'must be made of letters, digits, ".", "_" and "-"');
/** Usage, ledger and scenarios have one-second resolution (rule U2): a fraction would be lost in silence. */
const instant = z.iso
  .datetime({ offset: true })
  .refine((text) => !/\.\d*[1-9]/.test(text), 'must be a whole second')
  .transform((text): Instant => instantOf(new Date(text)));
const whole = z.int().nonnegative();
const amount = whole.transform(BigInt);
const cap = amount.nullable();

const event = z.discriminatedUnion('type', [
  z.strictObject({ at: instant, type: z.literal('topUp'), tenant: code, amount }),
  z.strictObject({ at: instant, type: z.literal('freezeGrant'), grant: code }),
  z.strictObject({ at: instant, type: z.literal('unfreezeGrant'), grant: code }),
  z.strictObject({ at: instant, type: z.literal('clawBack'), grant: code, amount }),
  z.strictObject({ at: instant, type: z.literal('amendGrant'), grant: code, addAmount: amount }),
]);

/** The input of replay.md, strictly: a field that is not in it is refused. */
const scenarioSchema = z.strictObject({
  timezone: z.string(),
  tickSeconds: z.int().min(1).max(86_400),
  gpuClasses: z.array(z.strictObject({ code, prices: z.array(z.strictObject({ from: instant, fenPerGpuHour: amount })).min(1) })),
  programmes: z.array(
    z.strictObject({
      ...{ code, unit: z.enum(['CNY', 'GPU_SECONDS']), budget: amount, coverageBp: z.int().min(0).max(10_000).transform(BigInt) },
      ...{ classes: z.array(code).min(1), priority: z.int(), monthlyCapPerTenant: cap, capPerTenant: cap, carryOver: z.boolean() },
    }),
  ),
  tenants: z.array(z.strictObject({ code, wallet: amount })),
  grants: z.array(z.strictObject({ code, programme: code, tenant: code, amount, validFrom: instant, validUntil: instant })),
  jobs: z.array(
    z.strictObject({
      ...{ code, tenant: code, class: code, selfPay: z.boolean(), admittedAt: instant },
      pods: z.array(z.strictObject({ uid: code, gpus: whole.max(1_000_000), start: instant, end: instant })),
    }),
  ),
  events: z.array(event),
  until: instant,
});

function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Parses and checks a scenario. @throws ScenarioRefused naming every fault it found */
export function parseScenario(json: unknown): Scenario {
  const parsed = scenarioSchema.safeParse(json);
  if (!parsed.success) {
    throw new ScenarioRefused(
      parsed.error.issues.map((issue) => ({ pointer: pointerTo(issue.path), message: `${issue.message}. See replay.md for the form.` })),
    );
  }
  const faults = faultsOf(parsed.data);
  if (faults.length > 0) throw new ScenarioRefused(faults);
  return parsed.data;
}
