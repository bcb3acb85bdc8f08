import { theme as antdTheme, type ThemeConfig } from 'antd';
import { FONT, MONOSPACE, type ThemeName, TOKENS } from './tokens.ts';

/** antd's theme from our tokens: 40 px rows, 14 px text, one accent colour. */
export function antdThemeOf(name: ThemeName): ThemeConfig {
  const tokens = TOKENS[name];
  return {
    algorithm: name === 'dark' ? antdTheme.darkAlgorithm : antdTheme.defaultAlgorithm,
    token: {
      colorPrimary: tokens.accent,
      // White text on antd's own lighter hover is not readable.
      colorPrimaryHover: tokens.accentHover,
      colorErrorHover: tokens.dangerHover,
      colorInfo: tokens.accent,
      colorLink: tokens.accent,
      // The lighter hover of antd is not readable on the background of the present page in the navigation.
      colorLinkHover: tokens.accent,
      colorLinkActive: tokens.accent,
      colorSuccess: tokens.success,
      colorWarning: tokens.warning,
      colorError: tokens.danger,
      colorInfoBg: tokens.accentSoft,
      colorInfoBorder: tokens.line,
      colorSuccessBg: tokens.successSoft,
      colorSuccessBorder: tokens.line,
      colorWarningBg: tokens.warningSoft,
      colorWarningBorder: tokens.line,
      colorErrorBg: tokens.dangerSoft,
      colorErrorBorder: tokens.line,
      colorBgLayout: tokens.page,
      colorBgContainer: tokens.surface,
      colorBgElevated: tokens.raised,
      colorBorder: tokens.line,
      colorBorderSecondary: tokens.lineSoft,
      colorText: tokens.text,
      colorTextSecondary: tokens.textSoft,
      colorTextTertiary: tokens.textSoft,
      colorTextDescription: tokens.textSoft,
      colorTextPlaceholder: tokens.textSoft,
      ...(name === 'dark' && { colorTextLightSolid: '#0f1115' }),
      fontFamily: FONT,
      fontFamilyCode: MONOSPACE,
      fontSize: 14,
      borderRadius: 6,
      wireframe: false,
      // antd waits for the end of its animations, so a style sheet may not shorten them.
      motion: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    },
    components: {
      Table: {
        cellPaddingBlockMD: 8,
        cellPaddingInlineMD: 12,
        headerBg: tokens.surface,
        headerColor: tokens.textSoft,
        rowHoverBg: tokens.lineSoft,
      },
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' },
      Alert: { withDescriptionPadding: '12px 16px', withDescriptionIconSize: 20 },
      Tabs: { horizontalMargin: '0 0 16px 0' },
      Form: { itemMarginBottom: 20 },
    },
  };
}
