import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { type Command, Option } from 'commander';
import type { components } from '#api-client';
import { money, parseYuan } from '../amounts.ts';
import { type Api, answerOf, connect } from '../api-client.ts';
import { parseDay } from '../arguments.ts';
import { companyMeant } from '../capacity.ts';
import type { CliEnvironment } from '../cli-environment.ts';
import { writeDocument } from '../document-file.ts';
import { known } from '../facts.ts';
import { readBytes } from '../input-file.ts';
import type { Column } from '../output.ts';
import { firstOf } from '../pages.ts';
import { idempotencyKey } from '../request-headers.ts';
import { type AddCommands, type Listed, listVerb, showAll, showOne, type Shown, verb } from './command-context.ts';
import { showDecision, reportWaiting } from './decision.ts';

type Transfer = components['schemas']['BankTransfer'];

const STATES = ['pending', 'confirmed', 'rejected'] as const;

function stateOf({ state, reversedAt, reversedFen }: Transfer): string {
  if (reversedAt !== null) return 'reversed';
  return reversedFen === 0 ? state : `${state}, ${money(reversedFen)} reversed`;
}

const columns: Column<Transfer>[] = [
  { title: 'id', of: ({ id }) => id },
  { title: 'company', of: ({ companyId }) => companyId },
  { title: 'amount', of: ({ direction, amountFen }) => money(direction === 'in' ? amountFen : -amountFen), align: 'right' },
  { title: 'reference', of: ({ reference }) => reference },
  { title: 'day', of: ({ paidOn }) => paidOn },
  { title: 'state', of: stateOf },
  { title: 'proof', of: ({ proof }) => proof?.fileName ?? '' },
  { title: 'recorded by', of: ({ recordedBy }) => recordedBy.name },
  { title: 'decided by', of: ({ decidedBy }) => decidedBy?.name ?? '' },
];

function showTransfer(environment: CliEnvironment, shown: Shown, transfer: Transfer): void {
  const { id, companyId, direction, amountFen, reference, paidOn, reason, proof, recordedBy, recordedAt, decidedBy, decidedAt } = transfer;
  const facts = known([
    ['id', id],
    ['company', companyId],
    [direction === 'in' ? 'into the wallet' : 'out of the wallet', money(amountFen)],
    ['reference', reference],
    ['day', paidOn],
    ['why', reason],
    ['state', stateOf(transfer)],
    ['proof', proof === null ? undefined : `${proof.fileName} (SHA-256 ${proof.sha256})`],
    ['recorded', `${recordedAt} by ${recordedBy.name}`],
    ['decided', decidedBy === null ? undefined : `${decidedAt ?? ''} by ${decidedBy.name}`],
    ['comment', transfer.comment],
    ['entry', transfer.entryId],
  ]);
  showOne(environment, shown, transfer, facts);
  if (transfer.state !== 'pending') return;
  environment.err(
    `${proof === null ? `Add the proof of the bank with mss wallet transfer proof ${companyId} ${id} FILE\n` : ''}A colleague of finance confirms it with mss wallet transfer confirm ${companyId} ${id}\n`,
  );
}

/** Adds the proof to a transfer. */
async function prove(api: Api, transfer: Pick<Transfer, 'companyId' | 'id'>, file: string): Promise<Transfer> {
  const content = await readBytes(file);
  const path = { id: transfer.companyId, transfer: transfer.id };
  return answerOf(
    await api.PUT('/api/v1/companies/{id}/transfers/{transfer}/proof', {
      params: { path, query: { fileName: basename(file) } },
      // The body is the file itself. The OpenAPI description has no type for bytes except string.
      body: content as unknown as string,
      bodySerializer: (body) => body,
      headers: { 'content-type': 'application/octet-stream' },
    }),
  );
}

interface Bank extends Shown {
  readonly yuan: number;
  readonly reference: string;
  readonly date: string;
  readonly proof?: string;
}

function takesBank(command: Command): Command {
  return command
    .argument('<company>', 'its id or slug')
    .requiredOption('--yuan <amount>', 'how much', parseYuan)
    .requiredOption('--reference <text>', 'number of the bank transfer')
    .requiredOption('--date <day>', 'day of the transfer by the bank', parseDay)
    .option('--proof <file>', "the bank's proof: PDF, PNG or JPEG");
}

function addRecording(transfer: Command, environment: CliEnvironment): void {
  const record = verb(
    transfer,
    'record',
    'record money received for a wallet; another person of finance confirms it',
    'mss wallet transfer record jiding --yuan 50000 --reference "工行 2026-11-24 0071" --date 2026-11-24 --proof 回单.pdf',
  );
  takesBank(record).action(async (named: string, { yuan, reference, date, proof, ...shown }: Bank) => {
    const api = await connect(environment);
    const params = { path: { id: await companyMeant(api, named) }, header: idempotencyKey() };
    const body = { amountFen: yuan, reference, paidOn: date };
    const recorded = answerOf(await api.POST('/api/v1/companies/{id}/transfers', { params, body }));
    showTransfer(environment, shown, proof === undefined ? recorded : await prove(api, recorded, proof));
  });
  const refund = verb(
    transfer,
    'refund',
    'record money paid out of the wallet of a company that leaves; another person of finance confirms it',
    'mss wallet transfer refund jiding --yuan 1200 --reference "工行 0099" --date 2026-12-01 --reason "企业毕业退款" --proof 回单.pdf',
  );
  takesBank(refund)
    .requiredOption('--reason <text>', 'why it is paid out')
    .action(async (named: string, { yuan, reference, date, proof, reason, ...shown }: Bank & { reason: string }) => {
      const api = await connect(environment);
      const params = { path: { id: await companyMeant(api, named) }, header: idempotencyKey() };
      const body = { amountFen: yuan, reference, paidOn: date, reason };
      const recorded = answerOf(await api.POST('/api/v1/companies/{id}/refunds', { params, body }));
      showTransfer(environment, shown, proof === undefined ? recorded : await prove(api, recorded, proof));
    });
}

function addProof(transfer: Command, environment: CliEnvironment): void {
  const usage = 'mss wallet transfer proof jiding transfer_01j8 回单.pdf';
  verb(
    transfer,
    'proof',
    "add the bank's proof of a transfer, or fetch it with --out",
    usage,
    'mss wallet transfer proof jiding transfer_01j8 --out 回单.pdf',
  )
    .argument('<company>', 'its id or slug')
    .argument('<transfer>', 'its id')
    .argument('[file]', 'PDF, PNG or JPEG')
    .option('--out <path>', 'write the proof there')
    .action(async (named: string, id: string, file: string | undefined, { out, ...shown }: Shown & { out?: string }) => {
      const api = await connect(environment);
      const path = { id: await companyMeant(api, named), transfer: id };
      if (file !== undefined) {
        showTransfer(environment, shown, await prove(api, { companyId: path.id, id }, file));
        return;
      }
      const request = { params: { path }, parseAs: 'arrayBuffer' as const };
      const bytes = answerOf(await api.GET('/api/v1/companies/{id}/transfers/{transfer}/proof', request));
      await writeDocument(environment, out, Readable.from([Buffer.from(bytes)]));
    });
}

function addDeciding(transfer: Command, environment: CliEnvironment): void {
  verb(transfer, 'confirm', 'post what a colleague recorded', 'mss wallet transfer confirm jiding transfer_01j8')
    .argument('<company>', 'its id or slug')
    .argument('<transfer>', 'its id')
    .option('--comment <text>', 'a word for the trail')
    .action(async (named: string, id: string, { comment, ...shown }: Shown & { comment?: string }) => {
      const api = await connect(environment);
      const params = { path: { id: await companyMeant(api, named), transfer: id } };
      const body = comment === undefined ? {} : { comment };
      showTransfer(
        environment,
        shown,
        answerOf(await api.POST('/api/v1/companies/{id}/transfers/{transfer}/confirmation', { params, body })),
      );
    });
  verb(transfer, 'reject', 'refuse what a colleague recorded', 'mss wallet transfer reject jiding transfer_01j8 --reason "金额不符"')
    .argument('<company>', 'its id or slug')
    .argument('<transfer>', 'its id')
    .requiredOption('--reason <text>', 'why')
    .action(async (named: string, id: string, { reason, ...shown }: Shown & { reason: string }) => {
      const api = await connect(environment);
      const params = { path: { id: await companyMeant(api, named), transfer: id } };
      const request = { params, body: { reason } };
      showTransfer(environment, shown, answerOf(await api.POST('/api/v1/companies/{id}/transfers/{transfer}/rejection', request)));
    });
  verb(
    transfer,
    'reverse',
    'propose to take a confirmed transfer or a part of it back; somebody else of finance confirms it',
    'mss wallet transfer reverse jiding transfer_01j8 --reason "记错公司"',
    'mss wallet transfer reverse jiding transfer_01j8 --yuan 300 --reason "多记 300 元"',
  )
    .argument('<company>', 'its id or slug')
    .argument('<transfer>', 'its id, as mss wallet transfer ls shows it')
    .requiredOption('--reason <text>', 'why it is taken back')
    .option('--yuan <amount>', 'how much of it (default: all that is left)', parseYuan)
    .action(async (named: string, id: string, { reason, yuan, ...shown }: Shown & { reason: string; yuan?: number }) => {
      const api = await connect(environment);
      const params = { path: { id: await companyMeant(api, named), transfer: id }, header: idempotencyKey() };
      const body = { reason, ...(yuan !== undefined && { amountFen: yuan }) };
      const decision = answerOf(await api.POST('/api/v1/companies/{id}/transfers/{transfer}/reversal', { params, body }));
      showDecision(environment, shown, decision);
      reportWaiting(environment, decision);
    });
}

export const addTransfer: AddCommands = (wallet, environment) => {
  const transfer = wallet.command('transfer').description('bank transfers into wallets, and out of those of companies that leave');
  addRecording(transfer, environment);
  addProof(transfer, environment);
  addDeciding(transfer, environment);
  listVerb(
    transfer,
    'ls',
    'bank transfers, the latest first',
    'mss wallet transfer ls jiding',
    'mss wallet transfer ls --all --state pending',
  )
    .argument('[company]', 'its id or slug (default: your own)')
    .option('--all', 'of all companies')
    .addOption(new Option('--state <state>', 'only those that are so').choices(STATES))
    .action(async (named: string | undefined, { all, state, ...listed }: Listed & { all?: boolean; state?: (typeof STATES)[number] }) => {
      const api = await connect(environment);
      const filter = state === undefined ? {} : { state };
      if (all === true) {
        const found = await firstOf(listed.limit, (page) => api.GET('/api/v1/transfers', { params: { query: { ...filter, ...page } } }));
        showAll(environment, listed, found, columns);
        return;
      }
      const path = { id: await companyMeant(api, named) };
      const found = await firstOf(listed.limit, (page) =>
        api.GET('/api/v1/companies/{id}/transfers', { params: { path, query: { ...filter, ...page } } }),
      );
      showAll(environment, listed, found, columns);
    });
};
