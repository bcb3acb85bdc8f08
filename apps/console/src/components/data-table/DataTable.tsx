import { DownloadOutlined, SettingOutlined } from '@ant-design/icons';
import { Button, Checkbox, Popover, Table } from 'antd';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { BYTE_ORDER_MARK, csvOf } from '#kernel/browser';
import type { More } from '../../api/pages.ts';
import { saveFile } from '../../app/save-file.ts';
import { ErrorNotice } from '../ErrorNotice.tsx';
import { LoadMore } from '../LoadMore.tsx';
import { Loading } from '../Loading.tsx';
import { type Column, compareValues } from './column.ts';
import styles from './DataTable.module.css';
import { useViewState } from './view-state.ts';

/** Above so many rows only those in view are in the page. */
const VIRTUAL_ABOVE = 100;
const VIRTUAL_HEIGHT = 600;
const WIDTH = 140;

/** The rows that somebody chose, for what is done with several at once. */
interface Selection<Row> {
  readonly keys: readonly string[];
  readonly onChange: (keys: string[]) => void;
  /** What a row is called, for screen readers; by default its key. */
  readonly label?: (row: Row) => string;
  /** Whether a row may be chosen; by default each. */
  readonly allows?: (row: Row) => boolean;
}

interface DataTableProps<Row> {
  /** What the list is called, for screen readers and for the exported file. */
  readonly name: string;
  readonly columns: readonly Column<Row>[];
  /** Undefined until the first answer. */
  readonly rows: readonly Row[] | undefined;
  readonly rowKey: (row: Row) => string;
  readonly error?: unknown;
  readonly onRetry?: () => void;
  /** Shown where the list has no row. */
  readonly empty: ReactNode;
  /** Filters, at the left of the bar. */
  readonly filters?: ReactNode;
  readonly actions?: ReactNode;
  readonly onOpen?: (row: Row) => void;
  /** Rows that are not read yet. */
  readonly more?: More | undefined;
  readonly selection?: Selection<Row> | undefined;
  /** A row at the foot, such as sums, by keys of columns. */
  readonly summary?: Readonly<Record<string, ReactNode>> | undefined;
  readonly expanded?: ((row: Row) => ReactNode) | undefined;
}

/** A list of the console: sorted, with chosen columns, exported as it is shown, its view in the address. */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { columns, rows, rowKey, error, onRetry, empty, onOpen, more, selection, summary, expanded, name } = props;
  const { t, i18n } = useTranslation();
  const [view, change] = useViewState();
  const shown = useMemo(() => shownColumns(columns, view.columns), [columns, view.columns]);
  const sorted = useMemo(() => sortedRows(rows, columns, view.sort, i18n.language), [rows, columns, view.sort, i18n.language]);
  if (error !== undefined && error !== null && rows === undefined) return <ErrorNotice error={error} onRetry={onRetry} />;
  const virtual = (sorted?.length ?? 0) > VIRTUAL_ABOVE;
  const total = shown.reduce((sum, { width }) => sum + (width ?? WIDTH), 0);
  return (
    <div className={styles['list']}>
      <Bar {...props} shown={shown} sorted={sorted ?? []} chosen={view.columns} onChoose={(keys) => change({ columns: keys })} />
      {sorted === undefined ? (
        <Loading lines={6} />
      ) : sorted.length === 0 ? (
        empty
      ) : (
        <Table<Row>
          aria-label={name}
          size="middle"
          dataSource={sorted}
          rowKey={rowKey}
          pagination={false}
          virtual={virtual}
          scroll={virtual ? { x: total, y: VIRTUAL_HEIGHT } : { x: total }}
          showSorterTooltip={false}
          {...(selection !== undefined && {
            rowSelection: {
              selectedRowKeys: [...selection.keys],
              onChange: (keys) => selection.onChange(keys.map(String)),
              getCheckboxProps: (row) => ({
                'aria-label': t('selection.row', { name: selection.label?.(row) ?? rowKey(row) }),
                disabled: selection.allows?.(row) === false,
              }),
              getTitleCheckboxProps: () => ({ 'aria-label': t('selection.all') }),
              columnWidth: 44,
            },
          })}
          {...(expanded !== undefined && { expandable: { expandedRowRender: expanded } })}
          {...(onOpen !== undefined && {
            onRow: (row: Row) => ({ onClick: (event) => isPlain(event.target) && onOpen(row), className: styles['opens'] ?? '' }),
          })}
          onChange={(_page, _filters, sorter) => {
            const { columnKey, order } = Array.isArray(sorter) ? (sorter[0] ?? {}) : sorter;
            change({ sort: order === undefined || order === null ? undefined : `${order === 'descend' ? '-' : ''}${String(columnKey)}` });
          }}
          columns={shown.map((column) => ({
            key: column.key,
            title: column.title,
            width: column.width ?? WIDTH,
            ellipsis: true,
            ...(column.align !== undefined && { align: column.align }),
            ...(column.fixed !== undefined && { fixed: column.fixed }),
            render: (_value: unknown, row: Row) => column.render(row),
            ...(column.value !== undefined && {
              sorter: true,
              sortOrder: view.sort === column.key ? ('ascend' as const) : view.sort === `-${column.key}` ? ('descend' as const) : null,
            }),
          }))}
          {...(summary !== undefined && {
            summary: () => (
              <Table.Summary.Row>
                {shown.map(({ key, align }, index) => (
                  <Table.Summary.Cell key={key} index={index} {...(align !== undefined && { align })}>
                    <strong>{summary[key]}</strong>
                  </Table.Summary.Cell>
                ))}
              </Table.Summary.Row>
            ),
          })}
        />
      )}
      {more !== undefined && (sorted?.length ?? 0) > 0 && (
        <div className={styles['more']}>
          <LoadMore more={more} />
        </div>
      )}
    </div>
  );
}

interface BarProps<Row> extends DataTableProps<Row> {
  readonly shown: readonly Column<Row>[];
  readonly sorted: readonly Row[];
  readonly chosen: string | undefined;
  readonly onChoose: (keys: string | undefined) => void;
}

function Bar<Row>({ name, columns, filters, actions, shown, sorted, chosen, onChoose }: BarProps<Row>) {
  const { t } = useTranslation();
  const exported = shown.filter(({ value }) => value !== undefined);
  const choices = columns.filter(({ always }) => always !== true);
  return (
    <div className={styles['bar']}>
      <div className={styles['filters']}>{filters}</div>
      <div className={styles['tools']}>
        {actions}
        {choices.length > 1 && (
          <Popover
            trigger="click"
            placement="bottomRight"
            content={
              <div className={styles['choices']}>
                {choices.map(({ key, title }) => (
                  <Checkbox
                    key={key}
                    checked={shown.some((column) => column.key === key)}
                    onChange={({ target }) => onChoose(toggled(columns, shown, key, target.checked))}
                  >
                    {title}
                  </Checkbox>
                ))}
                {chosen !== undefined && (
                  <Button size="small" type="link" onClick={() => onChoose(undefined)}>
                    {t('resetColumns')}
                  </Button>
                )}
              </div>
            }
          >
            <Button type="text" icon={<SettingOutlined />} aria-label={t('chooseColumns')} title={t('chooseColumns')} />
          </Popover>
        )}
        <Button
          type="text"
          icon={<DownloadOutlined />}
          aria-label={t('exportShown')}
          title={t('exportShown')}
          disabled={sorted.length === 0 || exported.length === 0}
          onClick={() => {
            const lines = sorted.map((row) => exported.map(({ value }) => value?.(row) ?? ''));
            const text = BYTE_ORDER_MARK + csvOf([exported.map(({ title }) => title), ...lines]);
            saveFile(`${name}.csv`, new Blob([text], { type: 'text/csv;charset=utf-8' }));
          }}
        />
      </div>
    </div>
  );
}

/** The columns of the address, or those that are shown at first; those that are always shown are never missing. */
function shownColumns<Row>(columns: readonly Column<Row>[], chosen: string | undefined): Column<Row>[] {
  if (chosen === undefined) return columns.filter(({ optional }) => optional !== true);
  const keys = chosen.split(',');
  return columns.filter(({ key, always }) => always === true || keys.includes(key));
}

function toggled<Row>(columns: readonly Column<Row>[], shown: readonly Column<Row>[], key: string, on: boolean): string {
  const keys = new Set(shown.map((column) => column.key));
  if (on) keys.add(key);
  else keys.delete(key);
  return columns
    .map((column) => column.key)
    .filter((candidate) => keys.has(candidate))
    .join(',');
}

function sortedRows<Row>(
  rows: readonly Row[] | undefined,
  columns: readonly Column<Row>[],
  sort: string | undefined,
  language: string,
): readonly Row[] | undefined {
  const descending = sort?.startsWith('-') === true;
  const value = columns.find(({ key }) => key === (descending ? sort.slice(1) : sort))?.value;
  if (rows === undefined || value === undefined) return rows;
  const sign = descending ? -1 : 1;
  return rows.toSorted((left, right) => sign * compareValues(value(left), value(right), language));
}

/** Whether a click was on the row itself and not on a control in it. */
function isPlain(target: EventTarget): boolean {
  return !(target instanceof Element && target.closest('a, button, input, label, [role="button"]') !== null);
}
