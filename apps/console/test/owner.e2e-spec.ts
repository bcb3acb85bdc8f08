import { ConsoleTestEnvironment } from './console-test-environment.ts';

const TEXTS = {
  'zh-CN': {
    runway: '还能用多久',
    days: /天/,
    programme: /徐汇区算力补贴/,
    makeDraft: '建立草稿',
    view: '预览 计划书.pdf',
    amount: /申请金额/,
    next: '下一步',
    purpose: /用途/,
    saved: '已保存',
    submit: '提交申请',
    progress: '进度',
    holder: '园区初审',
  },
  en: {
    runway: 'How long funds last',
    days: /days/,
    programme: /徐汇区算力补贴/,
    makeDraft: 'Make the draft',
    view: 'View 计划书.pdf',
    amount: /Amount \(yuan\)/,
    next: 'Next',
    purpose: /Purpose/,
    saved: 'Saved',
    submit: 'Submit',
    progress: 'Progress',
    holder: 'The reviewers of the park',
  },
} as const;

/** The smallest content that is recognised as a PDF. */
const PDF = Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n');

describe('the owner of a start-up in the console', () => {
  let environment: ConsoleTestEnvironment;
  beforeAll(async () => {
    environment = await ConsoleTestEnvironment.start();
  });
  afterAll(async () => {
    await environment.stop();
  });

  it.each(['zh-CN', 'en'] as const)(
    'sees how long funds last, applies with an attachment and follows the application (%s)',
    async (language) => {
      const texts = TEXTS[language];
      const visit = await environment.signedIn('owner@jiding.example', { language });
      const { page } = visit;
      await visit.open('/');
      await page.waitForURL(/\/home$/);
      const runway = page.getByRole('region', { name: texts.runway });
      await runway.getByText(texts.days).first().waitFor();

      await visit.open('/applications/new');
      await page.getByRole('radio', { name: texts.programme }).check();
      await page.getByRole('button', { name: texts.makeDraft }).click();
      await page.getByLabel(texts.amount).fill('1,234.50');
      await page.getByRole('status').filter({ hasText: texts.saved }).waitFor();
      await page.getByRole('button', { name: texts.next, exact: true }).click();
      // The page still says that the amount is saved, so the test waits for the answer about the purpose.
      const saved = page.waitForResponse(
        async (answer) => answer.request().method() === 'PATCH' && answer.ok() && (await answer.text()).includes('微调 7B 模型'),
      );
      await page.getByRole('textbox', { name: texts.purpose }).fill('微调 7B 模型');
      await saved;
      await page.reload();
      expect(await page.getByRole('textbox', { name: texts.purpose }).inputValue()).toBe('微调 7B 模型');
      await page.getByRole('button', { name: texts.next, exact: true }).click();
      await page.locator('input[type=file]').setInputFiles({ name: '计划书.pdf', mimeType: 'application/pdf', buffer: PDF });
      await page.getByText('计划书.pdf').first().waitFor();
      await page.getByRole('button', { name: texts.next, exact: true }).click();
      await page.getByRole('button', { name: texts.submit, exact: true }).click();

      const progress = page.getByRole('region', { name: texts.progress });
      await progress.getByText(texts.holder).waitFor();
      expect(await page.getByText('¥1,234.50').first().isVisible()).toBe(true);
      expect(await page.getByText('计划书.pdf').first().isVisible()).toBe(true);
      // The file is shown from memory, which the Content-Security-Policy must allow: else the browser reports a fault.
      await page.getByRole('button', { name: texts.view }).click();
      await page.locator('iframe[title="计划书.pdf"]').waitFor();
      expect(visit.faults).toEqual([]);
      await visit.close();
    },
  );
});
