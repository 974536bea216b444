import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished, test } from 'vitest';

/** Where Chromium is: the variable CHROMIUM, or Debian's place; null when it is absent. */
export const CHROMIUM =
  [process.env['CHROMIUM'] ?? '', '/usr/bin/chromium'].find(
    (path) => path !== '' && existsSync(path),
  ) ?? null;

/**
 * A browser of a test's own, without a network of its own accord; `proxy`: a server on this machine
 * that all its requests go through.
 */
export function launchChromium(proxy?: string): Promise<Browser> {
  if (CHROMIUM === null) throw new Error('Chromium is absent; tests of pages are to be skipped.');
  return chromium.launch({
    executablePath: CHROMIUM,
    ...(proxy === undefined ? {} : { proxy: { server: proxy, bypass: '<-loopback>' } }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A test that needs Chromium. */
export const inChromium = test.skipIf(CHROMIUM === null);

/** One browser for all tests of a file, from before the first until after the last. */
export function sharedBrowser(): () => Browser {
  let browser: Browser | null = null;
  beforeAll(async () => {
    if (CHROMIUM !== null) browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
  });
  return () => {
    if (browser === null) throw new Error('Only tests in Chromium have a browser.');
    return browser;
  };
}

/** A page and everything that should not have happened on it. */
export interface WatchedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console messages, errors, dialogs, and requests for anything but the file. */
  readonly complaints: readonly string[];
}

/** How a page is opened. */
interface OpenOptions {
  readonly width?: number;
  readonly dark?: boolean;
  readonly fragment?: string;
  readonly timezoneId?: string;
}

/** Opens a file with networking off. */
export async function openPage(
  browser: Browser,
  path: string,
  options: OpenOptions = {},
): Promise<WatchedPage> {
  const { width = 1280, dark = false, fragment = '', timezoneId = 'UTC' } = options;
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: dark ? 'dark' : 'light',
    ...{ offline: true, timezoneId, reducedMotion: 'reduce' },
  });
  onTestFinished(async () => {
    await context.close();
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== `file://${path}`) complaints.push(request.url());
  });
  await page.goto(`file://${path}${fragment}`);
  return { page, context, complaints };
}

/** Opens a report with networking off and waits until its script is through. */
export async function openFile(
  browser: Browser,
  path: string,
  options: OpenOptions = {},
): Promise<WatchedPage> {
  const opened = await openPage(browser, path, options);
  await opened.page.waitForSelector('html[data-ready]', { state: 'attached', timeout: 20_000 });
  return opened;
}
