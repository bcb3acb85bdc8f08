import { Link } from '@tanstack/react-router';
import type { components } from '#api-client';
import type { Column } from './data-table/column.ts';
import { Instant } from './Instant.tsx';
import { JobState } from './JobState.tsx';

type Job = components['schemas']['JobSummary'];

/** How a list heads a column, and how wide it is. */
interface Heading {
  readonly title: string;
  readonly width: number;
}

/** The job's name, which leads to its page. */
export function jobNameColumn(heading: Heading): Column<Job> {
  return {
    ...heading,
    key: 'name',
    always: true,
    render: ({ id, name }) => (
      <Link to="/jobs/$id" params={{ id }} className="name" dir="auto" title={name}>
        {name}
      </Link>
    ),
    value: ({ name }) => name,
  };
}

/** @param nameOf the word for a state, by which the column is sorted and exported */
export function jobStateColumn(heading: Heading, nameOf: (state: Job['state']) => string): Column<Job> {
  return { ...heading, key: 'state', render: ({ state }) => <JobState state={state} />, value: ({ state }) => nameOf(state) };
}

/** All GPUs of a job, and their class. */
export function jobGpusColumn(heading: Heading): Column<Job> {
  return {
    ...heading,
    key: 'gpus',
    align: 'right',
    render: ({ replicas, gpusPerReplica, gpuClass }) => (
      <span className="tabular">
        {replicas * gpusPerReplica} × {gpuClass}
      </span>
    ),
    value: ({ replicas, gpusPerReplica }) => replicas * gpusPerReplica,
  };
}

export function jobSubmittedColumn(heading: Heading): Column<Job> {
  return {
    ...heading,
    key: 'submittedAt',
    render: ({ submittedAt }) => <Instant at={submittedAt} />,
    value: ({ submittedAt }) => submittedAt,
  };
}
