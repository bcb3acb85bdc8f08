/** The part of kernel that also runs in a browser: it imports nothing of Node.js. The console imports it as `#kernel/browser`. */
export { type Fen, type GpuSeconds, FULL_BASIS_POINTS, shareOf } from './units.ts';
export { BYTE_ORDER_MARK, type CsvField, csvHundredths, csvOf } from './csv.ts';
export { formatGpuHours, formatMoney, hundredthGpuHours } from './format.ts';
export { parseDuration } from './duration.ts';
export { creditCodeFault, type CreditCodeFault } from './credit-code.ts';
