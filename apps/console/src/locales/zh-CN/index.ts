import audit from './audit.json';
import cluster from './cluster.json';
import loops from './loops.json';
import incidents from './incidents.json';
import queue from './queue.json';
import common from './common.json';
import companies from './companies.json';
import decisions from './decisions.json';
import errors from './errors.json';
import job from './job.json';
import jobs from './jobs.json';
import limits from './limits.json';
import prices from './prices.json';
import programmes from './programmes.json';
import provenance from './provenance.json';
import review from './review.json';
import signIn from './signIn.json';
import submit from './submit.json';
import users from './users.json';
import setup from './setup.json';
import months from './months.json';
import reconciliation from './reconciliation.json';
import settlements from './settlements.json';
import statements from './statements.json';
import transfers from './transfers.json';

/** Texts by namespace: `common` for what several pages show, else one namespace a page. */
export default {
  audit,
  cluster,
  loops,
  incidents,
  queue,
  common,
  companies,
  decisions,
  errors,
  job,
  jobs,
  limits,
  prices,
  programmes,
  provenance,
  review,
  signIn,
  submit,
  users,
  setup,
  months,
  reconciliation,
  settlements,
  statements,
  transfers,
};
