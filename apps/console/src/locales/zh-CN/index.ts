import common from './common.json';
import errors from './errors.json';
import job from './job.json';
import jobs from './jobs.json';
import provenance from './provenance.json';
import signIn from './signIn.json';
import review from './review.json';
import programmes from './programmes.json';
import companies from './companies.json';
import decisions from './decisions.json';
import audit from './audit.json';
import submit from './submit.json';

/** Texts by namespace: `common` for what several pages show, else one namespace a page. */
export default { common, errors, job, jobs, signIn, review, programmes, companies, decisions, audit, submit, provenance };
