/** The design tokens: antd's `ConfigProvider` and our own style sheets read the same values. Contrasts meet WCAG AA in both themes. */
export type ThemeName = 'light' | 'dark';

interface Tokens {
  readonly accent: string;
  /** Of what is filled with the accent, under the mouse. */
  readonly accentHover: string;
  readonly accentSoft: string;
  readonly page: string;
  readonly surface: string;
  readonly raised: string;
  readonly line: string;
  readonly lineSoft: string;
  readonly text: string;
  readonly textSoft: string;
  readonly success: string;
  readonly successSoft: string;
  readonly warning: string;
  readonly warningSoft: string;
  readonly danger: string;
  readonly dangerHover: string;
  readonly dangerSoft: string;
  readonly neutral: string;
  readonly neutralSoft: string;
}

export const TOKENS: Readonly<Record<ThemeName, Tokens>> = {
  light: {
    accent: '#2457d6',
    accentHover: '#1c47b4',
    accentSoft: '#e9effc',
    page: '#f6f7f9',
    surface: '#ffffff',
    raised: '#ffffff',
    line: '#dfe3e8',
    lineSoft: '#edeff2',
    text: '#1a1d23',
    textSoft: '#565d6b',
    success: '#17734a',
    successSoft: '#e6f4ec',
    warning: '#8f5200',
    warningSoft: '#fdf1dd',
    danger: '#bf2419',
    dangerHover: '#a01c12',
    dangerSoft: '#fdebe9',
    neutral: '#565d6b',
    neutralSoft: '#eef0f3',
  },
  dark: {
    accent: '#7da2ff',
    accentHover: '#9ab7ff',
    accentSoft: '#1d2942',
    page: '#0f1115',
    surface: '#16191f',
    raised: '#1d2128',
    line: '#2c323b',
    lineSoft: '#22272f',
    text: '#e7eaf0',
    textSoft: '#a3abba',
    success: '#5fc792',
    successSoft: '#14291f',
    warning: '#e3a94f',
    warningSoft: '#2e2413',
    danger: '#ff8b80',
    dangerHover: '#ffa59d',
    dangerSoft: '#351b19',
    neutral: '#a3abba',
    neutralSoft: '#23282f',
  },
};

/** The eight colours that a program may ask a terminal for, readable on the surface of each theme. */
const TERMINAL: Readonly<Record<ThemeName, Readonly<Record<string, string>>>> = {
  light: {
    black: '#1a1d23',
    red: '#bf2419',
    green: '#17734a',
    yellow: '#8f5200',
    blue: '#2457d6',
    magenta: '#96348a',
    cyan: '#0b6e7f',
    white: '#565d6b',
  },
  dark: {
    black: '#a3abba',
    red: '#ff8b80',
    green: '#5fc792',
    yellow: '#e3a94f',
    blue: '#7da2ff',
    magenta: '#e09ad6',
    cyan: '#5cc5d6',
    white: '#e7eaf0',
  },
};

/**
 * Colours of charts, in the order of use. They differ in lightness as well as in hue (after Okabe and Ito), so that people who do not see
 * all hues can tell them apart, and they are readable on both backgrounds.
 */
export const PALETTE = ['#3b74e0', '#e08e0b', '#0f9b72', '#c05fa3', '#4fa8d8', '#d4552a', '#7c6bd6', '#8a9a2f'] as const;
/** What belongs to no programme: the company's own money, and what the park writes off. */
export const SELF_PAID_COLOUR = '#8a919e';
export const WRITTEN_OFF_COLOUR = '#b9474f';

/** A code that a camera reads is dark on light in both themes. */
export const QR_COLOURS = { color: '#000000', bgColor: '#ffffff' } as const;

export const FONT =
  "-apple-system, BlinkMacSystemFont, 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', 'Noto Sans SC', 'Noto Sans CJK SC', system-ui, sans-serif";
export const MONOSPACE = "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'Noto Sans Mono CJK SC', monospace";

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Sets the tokens as custom properties (`--accent`, `--text-soft`, …) that our style sheets read. */
export function applyTokens(theme: ThemeName): void {
  const { style, dataset } = document.documentElement;
  dataset['theme'] = theme;
  style.colorScheme = theme;
  for (const [name, value] of Object.entries(TOKENS[theme])) style.setProperty(`--${kebab(name)}`, value as string);
  for (const [name, colour] of Object.entries(TERMINAL[theme])) style.setProperty(`--terminal-${name}`, colour);
  style.setProperty('--font', FONT);
  style.setProperty('--monospace', MONOSPACE);
}
