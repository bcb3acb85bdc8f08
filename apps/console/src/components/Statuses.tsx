import {
  AuditOutlined,
  CheckCircleOutlined,
  ClockCircleOutlined,
  CloseCircleOutlined,
  EditOutlined,
  FieldTimeOutlined,
  LockOutlined,
  PauseCircleOutlined,
  RollbackOutlined,
  StopOutlined,
  TrophyOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { StateTag, type Tone } from './StateTag.tsx';

type Schemas = components['schemas'];
export type ApplicationStatusName = Schemas['ApplicationSummary']['status'];
export type CompanyStatusName = Schemas['Company']['status'];
export type ProgrammeStatusName = Schemas['Programme']['status'];
export type GrantStatusName = Schemas['Grant']['status'];

interface Look {
  readonly tone: Tone;
  readonly icon: ReactNode;
}

const APPLICATION: Readonly<Record<ApplicationStatusName, Look>> = {
  draft: { tone: 'neutral', icon: <EditOutlined /> },
  submitted: { tone: 'accent', icon: <AuditOutlined /> },
  returned: { tone: 'warning', icon: <RollbackOutlined /> },
  recommended: { tone: 'accent', icon: <AuditOutlined /> },
  endorsed: { tone: 'accent', icon: <AuditOutlined /> },
  approved: { tone: 'success', icon: <CheckCircleOutlined /> },
  rejected: { tone: 'danger', icon: <CloseCircleOutlined /> },
  withdrawn: { tone: 'neutral', icon: <StopOutlined /> },
};

const COMPANY: Readonly<Record<CompanyStatusName, Look>> = {
  active: { tone: 'success', icon: <CheckCircleOutlined /> },
  suspended: { tone: 'warning', icon: <PauseCircleOutlined /> },
  graduated: { tone: 'neutral', icon: <TrophyOutlined /> },
};

const PROGRAMME: Readonly<Record<ProgrammeStatusName, Look>> = {
  draft: { tone: 'neutral', icon: <EditOutlined /> },
  open: { tone: 'success', icon: <CheckCircleOutlined /> },
  paused: { tone: 'warning', icon: <PauseCircleOutlined /> },
  closed: { tone: 'neutral', icon: <StopOutlined /> },
};

const GRANT: Readonly<Record<GrantStatusName, Look>> = {
  'not-yet-valid': { tone: 'neutral', icon: <ClockCircleOutlined /> },
  active: { tone: 'success', icon: <CheckCircleOutlined /> },
  'used-up': { tone: 'warning', icon: <StopOutlined /> },
  frozen: { tone: 'danger', icon: <LockOutlined /> },
  expired: { tone: 'neutral', icon: <FieldTimeOutlined /> },
};

export function ApplicationStatus({ status }: { readonly status: ApplicationStatusName }) {
  const { t } = useTranslation();
  return <StateTag {...APPLICATION[status]}>{t(`applicationStatus.${status}`)}</StateTag>;
}

export function CompanyStatus({ status }: { readonly status: CompanyStatusName }) {
  const { t } = useTranslation();
  return <StateTag {...COMPANY[status]}>{t(`companyStatus.${status}`)}</StateTag>;
}

export function ProgrammeStatus({ status }: { readonly status: ProgrammeStatusName }) {
  const { t } = useTranslation();
  return <StateTag {...PROGRAMME[status]}>{t(`programmeStatus.${status}`)}</StateTag>;
}

export function GrantStatus({ status }: { readonly status: GrantStatusName }) {
  const { t } = useTranslation();
  return <StateTag {...GRANT[status]}>{t(`grantStatus.${status}`)}</StateTag>;
}
