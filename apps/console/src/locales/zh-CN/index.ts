import account from './account.json';
import applications from './applications.json';
import audit from './audit.json';
import cluster from './cluster.json';
import common from './common.json';
import companies from './companies.json';
import decisions from './decisions.json';
import errors from './errors.json';
import funds from './funds.json';
import home from './home.json';
import incidents from './incidents.json';
import job from './job.json';
import jobs from './jobs.json';
import limits from './limits.json';
import links from './links.json';
import loops from './loops.json';
import months from './months.json';
import prices from './prices.json';
import programmes from './programmes.json';
import provenance from './provenance.json';
import queue from './queue.json';
import reconciliation from './reconciliation.json';
import review from './review.json';
import secrets from './secrets.json';
import settlements from './settlements.json';
import setup from './setup.json';
import signIn from './signIn.json';
import statements from './statements.json';
import submit from './submit.json';
import transfers from './transfers.json';
import users from './users.json';
import utilisation from './utilisation.json';
import whatIf from './whatIf.json';

/** Texts by namespace: `common` for what several pages show, else one namespace a page. */
export default {
  account,
  applications,
  audit,
  cluster,
  common,
  companies,
  decisions,
  errors,
  funds,
  home,
  incidents,
  job,
  jobs,
  limits,
  links,
  loops,
  months,
  prices,
  programmes,
  provenance,
  queue,
  reconciliation,
  review,
  secrets,
  settlements,
  setup,
  signIn,
  statements,
  submit,
  transfers,
  users,
  utilisation,
  whatIf,
};
