import { without } from '../objects/without.ts';
import { sameJson } from '../objects/json-equality.ts';
import type { StatusCause } from '../api/status.ts';
import type { Job, JobSpec, PodTemplate } from '../objects/workloads.ts';
import { podSpecCauses } from './pod-rules.ts';
import { invalidValue, required, unsupported } from './published-schema.ts';
import { annotationCauses, labelCauses } from './names.ts';

const LONGEST_INDEXED_NAME = 63;

/** The rules for a job that no schema can say. */
export function jobCauses(job: Job): StatusCause[] {
  const { spec } = job;
  const causes: StatusCause[] = [];
  for (const field of [
    'parallelism',
    'completions',
    'backoffLimit',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
    'activeDeadlineSeconds',
    'ttlSecondsAfterFinished',
  ] as const) {
    const value = spec[field];
    if (value !== undefined && value < 0) causes.push(invalidValue(`spec.${field}`, value, 'must be greater than or equal to 0'));
  }
  if (spec.completionMode === 'Indexed') causes.push(...indexedCauses(job));
  else if (spec.backoffLimitPerIndex !== undefined) {
    causes.push(invalidValue('spec.backoffLimitPerIndex', spec.backoffLimitPerIndex, 'requires indexed completion mode'));
  }
  if (spec.selector !== undefined && spec.manualSelector !== true && job.metadata.uid === '') {
    causes.push(invalidValue('spec.selector', spec.selector, '`selector` not auto-generated'));
  }
  causes.push(...policyCauses(spec), ...templateCauses(spec));
  return causes;
}

function indexedCauses({ metadata, spec }: Job): StatusCause[] {
  const causes: StatusCause[] = [];
  if (spec.completions === undefined) causes.push(required('spec.completions', 'when completion mode is Indexed'));
  if ((spec.completions ?? 0) > 100_000 && (spec.parallelism ?? 0) > 10_000) {
    causes.push(
      invalidValue(
        'spec.parallelism',
        spec.parallelism,
        'must be less than or equal to 10000 when completion mode is Indexed and completions are over 100000',
      ),
    );
  }
  const longest = `${metadata.name}-${Math.max(0, (spec.completions ?? 1) - 1)}`;
  if (longest.length > LONGEST_INDEXED_NAME) {
    causes.push(
      invalidValue(
        'metadata.name',
        metadata.name,
        `will not able to create pod with invalid DNS label: ${longest}: must be no more than 63 characters`,
      ),
    );
  }
  return causes;
}

function policyCauses(spec: JobSpec): StatusCause[] {
  const causes: StatusCause[] = [];
  if (spec.podFailurePolicy === undefined) return causes;
  if (spec.template.spec.restartPolicy !== 'Never') {
    causes.push(
      invalidValue(
        'spec.template.spec.restartPolicy',
        spec.template.spec.restartPolicy,
        'only "Never" is supported when podFailurePolicy is specified',
      ),
    );
  }
  if (spec.podReplacementPolicy === 'TerminatingOrFailed')
    causes.push(unsupported('spec.podReplacementPolicy', spec.podReplacementPolicy, ['Failed']));
  for (const [index, rule] of spec.podFailurePolicy.rules.entries()) {
    const field = `spec.podFailurePolicy.rules[${index}]`;
    if (rule.action === 'FailIndex' && spec.backoffLimitPerIndex === undefined) {
      causes.push(invalidValue(`${field}.action`, rule.action, 'requires the backoffLimitPerIndex to be set'));
    }
    const ways = Number(rule.onExitCodes !== undefined) + Number((rule.onPodConditions ?? []).length > 0);
    if (ways === 0) causes.push(invalidValue(field, rule, 'specifying one of OnExitCodes and OnPodConditions is required'));
    if (ways === 2) causes.push(invalidValue(field, rule, 'specifying both OnExitCodes and OnPodConditions is not supported'));
    if (rule.onExitCodes?.operator === 'In' && rule.onExitCodes.values.includes(0)) {
      causes.push(invalidValue(`${field}.onExitCodes.values`, rule.onExitCodes.values, 'must not be 0 for the In operator'));
    }
    const container = rule.onExitCodes?.containerName;
    if (container !== undefined && !spec.template.spec.containers.some(({ name }) => name === container)) {
      causes.push(
        invalidValue(
          `${field}.onExitCodes.containerName`,
          container,
          'must be one of the container or initContainer names in the pod template',
        ),
      );
    }
  }
  return causes;
}

function templateCauses({ template }: JobSpec): StatusCause[] {
  const causes = podSpecCauses(template.spec, 'spec.template.spec');
  causes.push(...labelCauses(template.metadata?.labels, 'spec.template.metadata.labels'));
  causes.push(...annotationCauses(template.metadata?.annotations, 'spec.template.metadata.annotations'));
  const { restartPolicy } = template.spec;
  if (restartPolicy !== 'Never' && restartPolicy !== 'OnFailure') {
    causes.push(
      restartPolicy === 'Always'
        ? unsupported('spec.template.spec.restartPolicy', restartPolicy, ['OnFailure', 'Never'])
        : required('spec.template.spec.restartPolicy', 'valid values: "OnFailure", "Never"'),
    );
  }
  return causes;
}

/** What may not change in a job once it exists. */
export function jobUpdateCauses(before: Job, after: Job): StatusCause[] {
  const causes: StatusCause[] = [];
  const immutable = (field: keyof JobSpec): void => {
    if (!sameJson(before.spec[field], after.spec[field]))
      causes.push(invalidValue(`spec.${field}`, after.spec[field], 'field is immutable'));
  };
  const elastic = after.spec.completionMode === 'Indexed' && after.spec.completions === after.spec.parallelism;
  if (!elastic) immutable('completions');
  immutable('selector');
  immutable('completionMode');
  immutable('podFailurePolicy');
  immutable('backoffLimitPerIndex');
  immutable('managedBy');
  const neverStarted = before.spec.suspend === true && before.status?.startTime === undefined;
  if (!sameJson(frozenTemplate(before.spec.template, neverStarted), frozenTemplate(after.spec.template, neverStarted))) {
    causes.push(invalidValue('spec.template', after.spec.template, 'field is immutable'));
  }
  return causes;
}

/** While a job is suspended and has not started, its scheduling directives may still change. */
function frozenTemplate(template: PodTemplate, mutableScheduling: boolean): unknown {
  if (!mutableScheduling) return template;
  return { spec: without(template.spec, 'nodeSelector', 'tolerations', 'affinity', 'schedulingGates') };
}
