export { type AccountRules, ClusterAccount, rulesOf } from './cluster-account.ts';
