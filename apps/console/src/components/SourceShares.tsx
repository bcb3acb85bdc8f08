import { useTranslation } from 'react-i18next';
import { formatBasisPoints } from '../app/format.ts';
import { Amount } from './Amount.tsx';
import { GpuHours } from './GpuHours.tsx';
import { type Payer, usePayerColour } from './source-colours.ts';
import { SmallTable } from './SmallTable.tsx';
import styles from './SourceShares.module.css';

/** What one source pays of something. */
export interface SourceShare {
  readonly key: string;
  readonly name: string;
  readonly payer: Payer;
  /** What it pays at list price, in fen: the length of its part of the bar. */
  readonly listFen: number;
  readonly gpuSeconds?: number | undefined;
  /** What it pays in its own unit. */
  readonly paid: { readonly unit: 'CNY' | 'GPU_SECONDS'; readonly amount: number };
  /** What is held of it, in its own unit. */
  readonly held?: number | undefined;
  /** What it has left then, in its own unit. */
  readonly left?: number | undefined;
  readonly onTrace?: (() => void) | undefined;
}

interface SourceSharesProps {
  readonly shares: readonly SourceShare[];
  /** What the bar shows, for those who do not see it. */
  readonly label: string;
}

/** Who pays which share: a bar, and the same in figures. */
export function SourceShares({ shares, label }: SourceSharesProps) {
  const { t } = useTranslation();
  const colourOf = usePayerColour();
  const total = shares.reduce((sum, { listFen }) => sum + listFen, 0);
  const percent = (listFen: number): string => formatBasisPoints(total === 0 ? 0 : Math.round((listFen / total) * 10_000));
  const hasHours = shares.some(({ gpuSeconds }) => gpuSeconds !== undefined);
  const hasHeld = shares.some(({ held }) => held !== undefined && held > 0);
  const hasLeft = shares.some(({ left }) => left !== undefined);
  return (
    <div>
      <div className={styles['bar']} role="img" aria-label={`${label}: ${shares.map((s) => `${s.name} ${percent(s.listFen)}`).join(', ')}`}>
        {shares.map(({ key, payer, listFen }) => (
          <span key={key} style={{ flexGrow: listFen, background: colourOf(payer) }} />
        ))}
      </div>
      <SmallTable label={label}>
        <thead>
          <tr>
            <th scope="col">{t('shares.source')}</th>
            <th scope="col">{t('shares.share')}</th>
            {hasHours && <th scope="col">{t('shares.gpuHours')}</th>}
            <th scope="col">{t('shares.pays')}</th>
            {hasHeld && <th scope="col">{t('shares.held')}</th>}
            {hasLeft && <th scope="col">{t('shares.left')}</th>}
          </tr>
        </thead>
        <tbody>
          {shares.map(({ key, name, payer, listFen, gpuSeconds, paid, held, left, onTrace }) => (
            <tr key={key}>
              <th scope="row">
                <span className={styles['dot']} style={{ background: colourOf(payer) }} aria-hidden="true" />
                <span className="name" dir="auto" title={name}>
                  {name}
                </span>
              </th>
              <td>{percent(listFen)}</td>
              {hasHours && (
                <td>
                  <GpuHours gpuSeconds={gpuSeconds} bare />
                </td>
              )}
              <td>
                <Amount unit={paid.unit} amount={paid.amount} onTrace={onTrace} />
              </td>
              {hasHeld && (
                <td>
                  <Amount unit={paid.unit} amount={held} />
                </td>
              )}
              {hasLeft && (
                <td>
                  <Amount unit={paid.unit} amount={left} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </SmallTable>
    </div>
  );
}
