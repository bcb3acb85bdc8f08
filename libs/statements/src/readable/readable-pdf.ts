import { createRequire } from 'node:module';
import pdfmake, { type Content, type DocumentDefinition, type TableCell, type TableContent } from 'pdfmake';
import { capitalNumerals } from '../domain/capital-numerals.ts';
import type { ReadableColumn, ReadableDocument, ReadableFact, ReadableRow, ReadableTable } from './readable-document.ts';
import { textOf } from './readable-text.ts';
import { type Wording, wordingOf } from './wording.ts';

const require = createRequire(import.meta.url);
const FONT_FILES = {
  normal: require.resolve('@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf'),
  bold: require.resolve('@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf'),
};
const [MARGIN, FOOTER] = [36, 48];
const [GREY, SHADE, RULE] = ['#555555', '#DDE7F0', '#AAAAAA'];
const LINES = {
  hLineColor: () => RULE,
  hLineWidth: (line: number) => (line === 0 ? 0 : 0.5),
  vLineWidth: () => 0,
};
const EMPTY: TableCell = { text: '' };
const BREAKS = { wordBreak: 'break-all' } as const;
/** A page has some twenty rows, and a thousand of them keep a processor busy for seconds. */
const MOST_ROWS = 600;

pdfmake.setFonts({ NotoSansSC: FONT_FILES });
// A document names no other file and no address.
pdfmake.setLocalAccessPolicy((file) => Object.values(FONT_FILES).includes(file));
pdfmake.setUrlAccessPolicy(() => false);

/** Names and values in two columns of pairs. */
function factTable(facts: readonly ReadableFact[], timeZone: string): Content {
  const pairs = facts.map(({ name, value }): TableCell[] => [
    { text: name, color: GREY },
    { text: textOf(value, timeZone), ...BREAKS },
  ]);
  const half = Math.ceil(pairs.length / 2);
  const body = pairs.slice(0, half).map((pair, index) => [...pair, ...(pairs[half + index] ?? [EMPTY, EMPTY])]);
  return { table: { widths: ['auto', '*', 'auto', '*'], body }, layout: 'noBorders', margin: [0, 4, 0, 8] };
}

/** Totals in figures; those of money in capital numerals beside them. */
function totalTable({ totals, timeZone }: ReadableDocument, wording: Wording): Content {
  const body = totals.map(({ name, value }): TableCell[] => [
    { text: name },
    { text: textOf(value, timeZone), alignment: 'right', bold: true },
    { text: typeof value === 'object' && 'fen' in value ? capitalNumerals(value.fen) : '' },
  ]);
  const head = [wording.total, '', wording.capitals].map((text): TableCell => ({ text, bold: true, fillColor: SHADE }));
  return { table: { widths: ['auto', 'auto', '*'], headerRows: 1, body: [head, ...body] }, layout: LINES };
}

function shown({ columns }: ReadableTable): { column: ReadableColumn; index: number }[] {
  return columns.map((column, index) => ({ column, index })).filter(({ column }) => column.onlyInFiles !== true);
}

function rowOf({ values, bold = false }: ReadableRow, table: ReadableTable, timeZone: string): TableCell[] {
  return shown(table).map(({ column, index }) => {
    // A name of one long word breaks anywhere instead of leaving the page; numbers and short words stay whole.
    const shape = column.grows === true ? BREAKS : { noWrap: true };
    const alignment = column.numeric === true ? 'right' : 'left';
    return { text: textOf(values[index], timeZone), bold, alignment, ...shape };
  });
}

/** The rows of a table as far as they are for paper: of a long one its total, and where its rows are. */
function bodyOf(table: ReadableTable, timeZone: string, wording: Wording): TableCell[][] {
  const width = shown(table).length;
  const across = (text: string): TableCell[] => [{ text, color: GREY, colSpan: width }, ...Array.from({ length: width - 1 }, () => EMPTY)];
  const total = table.total === undefined ? [] : [rowOf(table.total, table, timeZone)];
  if (table.rows.length === 0) return [across(wording.none)];
  if (table.rows.length > MOST_ROWS) return [across(wording.tooMany(table.rows.length)), ...total];
  return [...table.rows.map((row) => rowOf(row, table, timeZone)), ...total];
}

/** A section; its title and its header are repeated on each page that it goes on to, and never stand alone at the end of one. */
function section(table: ReadableTable, timeZone: string, wording: Wording): TableContent {
  const columns = shown(table).map(({ column }) => column);
  const title: TableCell[] = [
    { text: table.title, bold: true, fontSize: 10, margin: [0, 6, 0, 2], colSpan: columns.length },
    ...columns.slice(1).map(() => EMPTY),
  ];
  const head = columns.map((column): TableCell => {
    // A short word is not cut in two; the heading of a number may have its unit on a second line.
    const shape = column.numeric === true ? { alignment: 'right' as const } : { alignment: 'left' as const, noWrap: true };
    return { text: column.title, bold: true, fillColor: SHADE, ...shape };
  });
  return {
    margin: [0, 6, 0, 0],
    table: {
      headerRows: 2,
      keepWithHeaderRows: 1,
      dontBreakRows: true,
      widths: columns.map(({ grows }) => (grows === true ? '*' : 'auto')),
      body: [title, head, ...bodyOf(table, timeZone, wording)],
    },
    layout: LINES,
  };
}

/** Who answers for it, and where the seals go: beside the totals that they are for. */
function sealArea(wording: Wording): Content {
  const seal = (text: string): TableCell => ({ text, color: GREY, margin: [4, 4, 4, 48] });
  const line = (text: string): TableCell => ({ text, color: GREY, margin: [4, 4, 4, 8] });
  return {
    unbreakable: true,
    margin: [0, 10, 0, 6],
    table: {
      widths: ['*', '*'],
      body: [
        [seal(wording.seal), seal(wording.counterpartSeal)],
        [line(wording.preparedBy), line(wording.reviewedBy)],
        [line(wording.date), line(wording.date)],
      ],
    },
    layout: { hLineColor: () => RULE, vLineColor: () => RULE, hLineWidth: () => 0.5, vLineWidth: () => 0.5 },
  };
}

function definitionOf(document: ReadableDocument): DocumentDefinition {
  const { language, timeZone, park, title, heading, tables, digest, closed } = document;
  const wording = wordingOf(language);
  return {
    pageSize: 'A4',
    pageOrientation: 'landscape',
    pageMargins: [MARGIN, MARGIN, MARGIN, FOOTER],
    defaultStyle: { font: 'NotoSansSC', fontSize: 8 },
    language: language === 'zh' ? 'zh-CN' : 'en',
    info: { title: `${park} ${title}`, author: park },
    content: [
      { text: park, alignment: 'center', fontSize: 11, color: GREY },
      { text: title, alignment: 'center', fontSize: 16, bold: true, margin: [0, 0, 0, 6] },
      factTable(heading, timeZone),
      totalTable(document, wording),
      sealArea(wording),
      ...tables.map((table) => section(table, timeZone, wording)),
    ],
    footer: (page, pages): Content => ({
      margin: [MARGIN, 12, MARGIN, 0],
      fontSize: 6.5,
      color: GREY,
      columns: [
        { width: '*', text: `${wording.digest} ${digest}${closed ? '' : ` (${wording.open})`}` },
        { width: 'auto', text: wording.page(page, pages) },
      ],
    }),
  };
}

/** A4 pages with the font embedded, and the digest at the foot of each (rule T5). */
export async function pdfFile(document: ReadableDocument): Promise<Buffer> {
  return await pdfmake.createPdf(definitionOf(document)).getBuffer();
}
