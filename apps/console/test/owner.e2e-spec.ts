import { browserOfTests } from './browser-of-tests.ts';
import { askerOf } from './console-pages.ts';

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

const environment = browserOfTests();

describe('the owner of a start-up in the console', () => {
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
      await page.getByText('¥1,234.50').first().waitFor();
      await page.getByText('计划书.pdf').first().waitFor();
      // The file is shown from memory, which the Content-Security-Policy must allow: else the browser reports a fault.
      await page.getByRole('button', { name: texts.view }).click();
      await page.locator('iframe[title="计划书.pdf"]').waitFor();
      expect(visit.faults).toEqual([]);
      await visit.close();
    },
  );

  it('reads in a grant and in the wallet the names of the jobs that they paid for', async () => {
    const visit = await environment.signedIn('owner@jiding.example');
    const [grant] = (await askerOf(visit.context)('/grants?limit=1')).items;
    for (const [path, list] of [
      [`/grants/${grant?.id ?? ''}`, '使用该额度的作业'],
      ['/wallet', '收支明细'],
    ] as const) {
      await visit.open(path);
      const jobs = visit.page.getByRole('region', { name: list, exact: true }).locator('a[href^="/jobs/"]');
      await jobs.first().waitFor();
      expect((await jobs.allInnerTexts()).filter((text) => text === '' || text.startsWith('job_'))).toEqual([]);
    }
    expect(visit.faults).toEqual([]);
    await visit.close();
  });

  it('records whom the park contacts, and an engineer of the company reads it', async () => {
    const visit = await environment.signedIn('owner@jiding.example');
    const { page } = visit;
    await visit.open('/members');
    await visit.settled();
    const contacts = page.getByRole('region', { name: '联系人' });
    const edit = contacts.getByRole('button', { name: '编辑联系人' });
    await edit.click();
    await page.getByRole('button', { name: '添加联系人' }).click();
    const typed = page.getByRole('group', { name: /^第 \d+ 位联系人$/ }).last();
    await typed.getByLabel('姓名').fill('顾问渊');
    await typed.getByLabel('邮箱').fill('not an address');
    await page.getByRole('dialog').getByRole('button', { name: '保存' }).click();
    await typed.getByText('邮箱格式不正确').waitFor();
    await typed.getByLabel('邮箱').fill('gu.wenyuan@jiding.example');
    await page.getByRole('dialog').getByRole('button', { name: '保存' }).click();
    const recorded = contacts.getByRole('listitem').filter({ hasText: '顾问渊' });
    await recorded.filter({ hasText: 'gu.wenyuan@jiding.example' }).filter({ hasText: '综合' }).waitFor();
    expect(visit.faults).toEqual([]);
    await visit.close();

    const engineer = await environment.signedIn('engineer@jiding.example');
    await engineer.open('/members');
    await engineer.page.getByRole('listitem').filter({ hasText: '顾问渊' }).waitFor();
    expect(await engineer.page.getByRole('button', { name: '编辑联系人' }).count()).toBe(0);
    await engineer.close();
  });
});
