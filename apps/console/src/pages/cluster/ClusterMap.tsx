import { useNavigate } from '@tanstack/react-router';
import { type FocusEvent, type KeyboardEvent, type MouseEvent, type PointerEvent, useCallback, useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCompanyLook } from '../../components/company-colours.ts';
import { CellTip, type CellAt } from './CellTip.tsx';
import { classOf, type ClusterNode, runsOf } from './cells.ts';
import styles from './cluster.module.css';
import { moveTo } from './keys.ts';
import { NodeTile } from './NodeTile.tsx';

/** Above so many nodes the cells are small and names are shown by pointing at a node only. */
const DENSE_ABOVE = 200;

interface ClusterMapProps {
  readonly nodes: readonly ClusterNode[];
  readonly colour: 'company' | 'state';
  readonly company: string | undefined;
}

/** Every node with its GPUs as cells, by class. A cell says its job, company and time left, and leads to the job. */
export function ClusterMap({ nodes, colour, company }: ClusterMapProps) {
  const { t } = useTranslation('cluster');
  const id = useId();
  const navigate = useNavigate();
  const lookOf = useCompanyLook();
  const [at, setAt] = useState<CellAt>();
  const runs = useMemo(() => new Map(nodes.flatMap(runsOf).map((run) => [run.key, run])), [nodes]);
  const tiles = useMemo(
    () =>
      byClass(nodes).map(([gpuClass, ofClass]) => (
        <section key={gpuClass} aria-label={gpuClass} className={styles['class']}>
          <h3 className={styles['className']}>
            <span className="mono">{gpuClass}</span>
          </h3>
          <div className={styles['tiles']}>
            {ofClass.map((node) => (
              <NodeTile key={node.name} node={node} colour={colour} lookOf={lookOf} company={company} />
            ))}
          </div>
        </section>
      )),
    [nodes, colour, lookOf, company],
  );
  const show = useCallback(
    ({ target }: PointerEvent | FocusEvent) => {
      const cell = cellOf(target);
      const run = runs.get(cell?.dataset['key'] ?? '');
      if (cell === null || run === undefined) setAt(undefined);
      else {
        cell.setAttribute('aria-describedby', `${id}-tip`);
        setAt({ run, box: cell.getBoundingClientRect() });
      }
    },
    [runs, id],
  );
  const open = (event: MouseEvent): void => {
    const run = runs.get(cellOf(event.target)?.dataset['key'] ?? '');
    if (run?.holder === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void navigate({ to: '/jobs/$id', params: { id: run.holder.jobId } });
  };
  return (
    <>
      {/* The arrow keys move between the cells, which are links and images of their own. */}
      <div
        role="group"
        tabIndex={0}
        aria-label={t('map.label')}
        className={styles['map']}
        data-dense={nodes.length > DENSE_ABOVE}
        onPointerOver={show}
        onPointerLeave={() => setAt(undefined)}
        onFocus={show}
        onBlur={() => setAt(undefined)}
        onClick={open}
        onKeyDown={(event: KeyboardEvent<HTMLDivElement>) => {
          if (event.key === 'Escape') setAt(undefined);
          else if (moveTo(event.currentTarget, cellOf(event.target), event.key)) event.preventDefault();
        }}
      >
        {tiles}
      </div>
      <CellTip id={`${id}-tip`} at={at} />
    </>
  );
}

function cellOf(target: EventTarget): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('[data-key]') : null;
}

function byClass(nodes: readonly ClusterNode[]): [string, ClusterNode[]][] {
  const groups = new Map<string, ClusterNode[]>();
  for (const node of nodes) {
    const gpuClass = node.gpus.map(classOf).join(' + ');
    if (gpuClass === '') continue;
    const group = groups.get(gpuClass);
    if (group === undefined) groups.set(gpuClass, [node]);
    else group.push(node);
  }
  const byName = new Intl.Collator('en', { numeric: true });
  for (const group of groups.values()) group.sort((a, b) => byName.compare(a.name, b.name));
  return [...groups].toSorted(([a], [b]) => byName.compare(a, b));
}
