import axe, { type AxeResults } from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const WAIT_MS = 30_000;

export interface Look {
  readonly language?: 'zh-CN' | 'en';
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
}

/** A headless browser in front of a product. */
export class ConsoleTestEnvironment {
  /** Contexts of visits that are over, by language. They keep what the browser downloaded and compiled. */
  readonly #free = new Map<string, BrowserContext[]>();

  private constructor(
    private readonly browser: Browser,
    readonly url: string,
  ) {}

  /** @param url of a running product */
  static async start(url: string): Promise<ConsoleTestEnvironment> {
    // The sandbox of Chromium needs rights that root in a container does not have.
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    return new ConsoleTestEnvironment(browser, url);
  }

  async stop(): Promise<void> {
    await this.browser.close();
  }

  /** A browser of its own for somebody who is not signed in. */
  async visit(look: Look = {}): Promise<Visit> {
    return await this.#begin(look, '');
  }

  /** A browser of its own in which a person of the demo is signed in. */
  async signedIn(email: string, look: Look = {}): Promise<Visit> {
    const visit = await this.#begin(look, `localStorage['mss.signed-in'] = 'yes';`);
    const answer = await visit.context.request.post('/api/v1/demo/sign-in', { data: { email, keepIn: 'cookie' } });
    if (!answer.ok()) throw new Error(`${email} cannot sign in: ${answer.status()} ${await answer.text()}`);
    return visit;
  }

  async #begin({ language = 'zh-CN', theme = 'light', width = 1280 }: Look, script: string): Promise<Visit> {
    const free = this.#free.get(language) ?? [];
    this.#free.set(language, free);
    const context = free.pop() ?? (await this.#context(language));
    const page = await context.newPage();
    await page.setViewportSize({ width, height: width < 600 ? 844 : 900 });
    // Once for the page, so that a test may change what it stores. Scripts of a page are texts here: they run in the browser.
    await page.addInitScript({
      content: `if (sessionStorage['visited'] !== 'yes') {
        sessionStorage['visited'] = 'yes';
        localStorage.clear();
        localStorage['mss.language'] = '${language}';
        localStorage['mss.theme'] = '${theme}';
        ${script}
      }`,
    });
    return new Visit(context, page, () => free.push(context));
  }

  async #context(language: string): Promise<BrowserContext> {
    const context = await this.browser.newContext({
      baseURL: this.url,
      locale: language,
      acceptDownloads: true,
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    context.setDefaultTimeout(WAIT_MS);
    return context;
  }
}

/** What one person does in their browser, and the faults that the browser reported meanwhile. */
export class Visit {
  readonly #faults: string[] = [];
  #clicks = 0;

  constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    /** Gives the context to the next visit. */
    private readonly free: () => void,
  ) {
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.#faults.push(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.#faults.push(`thrown: ${error.message}`));
    page.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? '';
      // A page that is left ends its streams and questions.
      if (why !== 'net::ERR_ABORTED') this.#faults.push(`${request.method()} ${request.url()}: ${why}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 400) this.#faults.push(`${response.request().method()} ${response.url()}: ${response.status()}`);
    });
  }

  /** Errors and warnings of the console, failed requests and refusals so far. A test that expects a refusal takes it out by `forgive`. */
  get faults(): readonly string[] {
    return this.#faults;
  }

  /** Removes the faults that match, and says how many there were. */
  forgive(pattern: RegExp): number {
    const before = this.#faults.length;
    const rest = this.#faults.filter((fault) => !pattern.test(fault));
    this.#faults.splice(0, before, ...rest);
    return before - rest.length;
  }

  /** The faults so far, which are forgotten. */
  takeFaults(): string[] {
    return this.#faults.splice(0);
  }

  /**
   * Opens an address of the console and waits until its page has its title. Where the console is open already it goes there as by a link, since
   * the browser needs several times longer to load the console.
   */
  async open(path: string): Promise<void> {
    const isOpen = await this.page.evaluate<boolean>(`document.querySelector('main h1') !== null`);
    // TanStack's router is there for its tools. It goes on when the page of the address is shown.
    if (isOpen) await this.page.evaluate(`__TSR_ROUTER__.navigate({ href: ${JSON.stringify(path)} })`);
    else await this.page.goto(path);
    await this.page.locator('main h1').first().waitFor();
  }

  /** A click that is counted, as the tasks of the console are measured in clicks. */
  async click(role: Parameters<Page['getByRole']>[0], name: string | RegExp): Promise<void> {
    this.#clicks += 1;
    await this.page.getByRole(role, { name }).first().click();
  }

  get clicks(): number {
    return this.#clicks;
  }

  /**
   * Serious and critical findings of axe-core on the present page, each with where it is.
   * @param only the rules about colours, where the page was judged as a whole in its other theme
   */
  async accessibilityFindings(only?: 'colours'): Promise<string[]> {
    // Colours that still change would be judged by their mixture.
    await this.page.evaluate(
      'Promise.all(document.getAnimations().filter((animation) => animation.effect.getComputedTiming().iterations !== Infinity).map((animation) => animation.finished.catch(() => undefined)))',
    );
    // Through the debugger, which the Content-Security-Policy of the page does not bind.
    if (await this.page.evaluate<boolean>('globalThis.axe === undefined')) await this.page.evaluate(`${axe.source}; undefined`);
    const rules = only === 'colours' ? `, runOnly: ['color-contrast', 'link-in-text-block']` : '';
    const { violations } = await this.page.evaluate<AxeResults>(`axe.run(document, { resultTypes: ['violations']${rules} })`);
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  }

  /** Waits until nothing is loading: the page asks the API for nothing more, and shows no grey lines and no button that waits for an answer. */
  async settled(): Promise<void> {
    await this.page.locator('main').locator('[data-loading], .ant-btn-loading').first().waitFor({ state: 'detached' });
    // Streams stay open, so the network never is idle: the page is quiet when its text stays the same.
    let before = '';
    for (let round = 0; round < 40; round += 1) {
      const now = await this.page.locator('main').innerText();
      if (now === before) return;
      before = now;
      await this.page.waitForTimeout(150);
    }
  }

  /** Shows the other theme by the button of the top bar. */
  async switchTheme(): Promise<void> {
    const before = await this.page.evaluate<string>('document.documentElement.dataset.theme');
    await this.page.getByRole('button', { name: /^(切换到[深浅]色|(Dark|Light) theme)$/ }).click();
    // Not by `waitForFunction`, whose repetition the Content-Security-Policy of the page forbids.
    await this.page.locator(`html:not([data-theme="${before}"])`).waitFor({ state: 'attached' });
    await this.page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
  }

  /** Shows the other language by the button of the top bar. */
  async switchLanguage(): Promise<void> {
    const before = await this.page.evaluate<string>('document.documentElement.lang');
    await this.page.getByRole('button', { name: before === 'en' ? '中文' : 'English' }).click();
    await this.page.locator(`html:not([lang="${before}"])`).waitFor({ state: 'attached' });
    await this.settled();
  }

  /** Makes the window as high as the page, so that nothing of the page is out of view. */
  async showWhole(): Promise<void> {
    const { width, height } = this.page.viewportSize() ?? { width: 1280, height: 900 };
    const hidden = await this.page.evaluate<number>(
      `(() => { const main = document.querySelector('main'); return main.scrollHeight - main.clientHeight; })()`,
    );
    await this.page.setViewportSize({ width, height: height + hidden });
    await this.settled();
  }

  /** What is wider than the page where it may not be: a list may scroll within itself. */
  async overflows(): Promise<string[]> {
    return await this.page.evaluate<string[]>(`(() => {
      const main = document.querySelector('main');
      if (main.scrollWidth <= main.clientWidth + 1 && document.documentElement.scrollWidth <= innerWidth + 1) return [];
      const scrolls = (element) => element !== null && element !== main && (/auto|scroll|hidden/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
      return [...main.querySelectorAll('*')]
        .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && !scrolls(element.parentElement))
        .slice(0, 3)
        .map((element) => element.outerHTML.slice(0, 160));
    })()`);
  }

  async close(): Promise<void> {
    await this.page.close();
    await this.context.clearCookies();
    this.free();
  }
}
