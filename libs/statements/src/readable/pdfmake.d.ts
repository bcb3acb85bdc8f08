/**
 * The part of pdfmake that is used here. Its community types bring the types of browsers into the whole program, where they contradict
 * those of Node.
 */
declare module 'pdfmake' {
  export interface ContentStyle {
    readonly alignment?: 'left' | 'center' | 'right';
    readonly bold?: boolean;
    readonly color?: string;
    readonly fillColor?: string;
    readonly font?: string;
    /** Points. */
    readonly fontSize?: number;
    /** Points: left, top, right, bottom. */
    readonly margin?: readonly [number, number, number, number];
    readonly noWrap?: boolean;
    readonly wordBreak?: 'normal' | 'break-all';
    readonly colSpan?: number;
    readonly unbreakable?: boolean;
    readonly width?: string | number;
  }

  export interface TextContent extends ContentStyle {
    readonly text: string;
  }

  export interface ColumnsContent extends ContentStyle {
    readonly columns: readonly Content[];
  }

  export interface TableContent extends ContentStyle {
    readonly table: {
      readonly widths: readonly (string | number)[];
      readonly body: readonly (readonly TableCell[])[];
      /** Repeated on each page. */
      readonly headerRows?: number;
      readonly keepWithHeaderRows?: number;
      readonly dontBreakRows?: boolean;
    };
    readonly layout?: string | Readonly<Record<string, (line: number) => string | number>>;
  }

  export type Content = TextContent | ColumnsContent | TableContent;
  export type TableCell = TextContent;

  export interface DocumentDefinition {
    readonly pageSize: 'A4';
    readonly pageOrientation: 'portrait' | 'landscape';
    readonly pageMargins: readonly [number, number, number, number];
    readonly defaultStyle: ContentStyle;
    readonly language: string;
    readonly info: { readonly title: string; readonly author: string; readonly creationDate?: Date };
    readonly content: readonly Content[];
    readonly footer: (page: number, pages: number) => Content;
  }

  const pdfmake: {
    setFonts(fonts: Readonly<Record<string, { readonly normal: string; readonly bold: string }>>): void;
    setLocalAccessPolicy(allows: (file: string) => boolean): void;
    setUrlAccessPolicy(allows: (url: string) => boolean): void;
    createPdf(definition: DocumentDefinition): { getBuffer(): Promise<Buffer> };
  };
  export default pdfmake;
}
