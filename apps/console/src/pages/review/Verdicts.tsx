import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ApplicationSummary } from './queue.ts';
import styles from './review.module.css';

const REVIEW_VERDICTS = ['recommend', 'return', 'decline'] as const;
const DECISION_VERDICTS = ['approve', 'return', 'reject'] as const;
export type ReviewVerdict = (typeof REVIEW_VERDICTS)[number];
export type DecisionVerdict = (typeof DECISION_VERDICTS)[number];
export type Verdict = ReviewVerdict | DecisionVerdict;

/** The verdicts that each of `applications` may get in a step. A proposal of the park is not returned: nobody would change it. */
export function verdictsOf(step: 'review' | 'decide', applications: readonly Pick<ApplicationSummary, 'kind'>[]): readonly Verdict[] {
  const proposal = applications.some(({ kind }) => kind === 'freeze' || kind === 'claw-back');
  return step === 'review' ? REVIEW_VERDICTS : DECISION_VERDICTS.filter((verdict) => verdict !== 'return' || !proposal);
}

export function isPositive(verdict: Verdict | undefined): boolean {
  return verdict === 'recommend' || verdict === 'approve';
}

export function isRefusal(verdict: Verdict | undefined): boolean {
  return verdict === 'reject' || verdict === 'decline';
}

interface VerdictsProps {
  readonly verdicts: readonly Verdict[];
  readonly chosen: Verdict | undefined;
  readonly onChoose: (verdict: Verdict) => void;
  /** Whether a number on the keyboard chooses a verdict too, which is shown. */
  readonly keys?: boolean;
}

/** The choice of a verdict. */
export function Verdicts({ verdicts, chosen, onChoose, keys = false }: VerdictsProps) {
  const { t } = useTranslation('review');
  return (
    <div className={styles['verdicts']} role="group" aria-label={t('decide.verdict')}>
      {verdicts.map((verdict, index) => (
        <Button
          key={verdict}
          type={verdict === chosen ? 'primary' : 'default'}
          danger={isRefusal(verdict)}
          aria-pressed={verdict === chosen}
          onClick={() => onChoose(verdict)}
        >
          {t(`decide.${verdict}`)} {keys && <kbd aria-hidden="true">{index + 1}</kbd>}
        </Button>
      ))}
    </div>
  );
}
