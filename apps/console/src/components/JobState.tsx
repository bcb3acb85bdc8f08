import {
  CheckCircleOutlined,
  ClockCircleOutlined,
  CloseCircleOutlined,
  HourglassOutlined,
  PauseCircleOutlined,
  PlayCircleOutlined,
  StopOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { StateTag, type Tone } from './StateTag.tsx';

export type JobStateName = components['schemas']['JobSummary']['state'];

const LOOKS: Readonly<Record<JobStateName, { readonly tone: Tone; readonly icon: ReactNode }>> = {
  Queued: { tone: 'warning', icon: <ClockCircleOutlined /> },
  Admitted: { tone: 'accent', icon: <HourglassOutlined /> },
  Starting: { tone: 'accent', icon: <HourglassOutlined /> },
  Running: { tone: 'accent', icon: <PlayCircleOutlined /> },
  Suspending: { tone: 'warning', icon: <HourglassOutlined /> },
  Suspended: { tone: 'warning', icon: <PauseCircleOutlined /> },
  Succeeded: { tone: 'success', icon: <CheckCircleOutlined /> },
  Failed: { tone: 'danger', icon: <CloseCircleOutlined /> },
  TimedOut: { tone: 'danger', icon: <CloseCircleOutlined /> },
  Cancelled: { tone: 'neutral', icon: <StopOutlined /> },
};

export function JobState({ state }: { readonly state: JobStateName }) {
  const { t } = useTranslation();
  return (
    <StateTag tone={LOOKS[state].tone} icon={LOOKS[state].icon}>
      {t(`jobState.${state}`)}
    </StateTag>
  );
}
