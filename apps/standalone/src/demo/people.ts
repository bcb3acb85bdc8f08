import type { Role } from '#identity';
import { DEMO_COMPANIES } from './companies.ts';

/** A person of the demo data, as the sign-in page of the console offers them. */
export interface DemoPerson {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  /** The name of their company; people of the park have none. */
  readonly company?: string;
  /** What they do, in Chinese and in English. */
  readonly about: { readonly zh: string; readonly en: string };
}

const PARK: readonly DemoPerson[] = [
  {
    ...{ email: 'reviewer@park.example', name: '林静', role: 'reviewer' },
    about: { zh: '初审：审查企业的补贴申请', en: 'First review of applications for subsidy' },
  },
  {
    ...{ email: 'admin@park.example', name: '周明', role: 'administrator' },
    about: { zh: '终审：决定申请，管理项目、价格与企业', en: 'Decides applications; programmes, prices and companies' },
  },
  {
    ...{ email: 'admin2@park.example', name: '许文', role: 'administrator' },
    about: { zh: '终审：第二位管理员，确认需两人决定的事项', en: 'The second administrator, who confirms what takes two people' },
  },
  {
    ...{ email: 'finance@park.example', name: '陈岚', role: 'finance' },
    about: { zh: '财务：登记到账，申请月结，核对账目', en: 'Records transfers, requests the closing of months, reconciles' },
  },
  {
    ...{ email: 'finance2@park.example', name: '何佳', role: 'finance' },
    about: { zh: '财务：第二位财务，确认到账与月结', en: 'The second person of finance, who confirms transfers and closings' },
  },
  {
    ...{ email: 'auditor@park.example', name: '方正', role: 'auditor' },
    about: { zh: '审计：查阅全部记录，验证摘要与签名', en: 'Reads everything, verifies digests and signatures' },
  },
  {
    ...{ email: 'operator@park.example', name: '高远', role: 'operator' },
    about: { zh: '运维：集群、节点与故障', en: 'Cluster, nodes and incidents' },
  },
];

/** Everybody who may sign in with one click, the park first. */
export const DEMO_PEOPLE: readonly DemoPerson[] = [
  ...PARK,
  ...DEMO_COMPANIES.flatMap(({ slug, name, owner, engineer, about }): DemoPerson[] => {
    if (about === undefined) return [];
    return [
      { email: `owner@${slug}.example`, name: owner, role: 'owner', company: name, about: about.owner },
      { email: `engineer@${slug}.example`, name: engineer, role: 'engineer', company: name, about: about.engineer },
    ];
  }),
];
