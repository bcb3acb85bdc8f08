import { Alert, Checkbox, Collapse, Form, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { formatFen } from '../../app/format.ts';
import { CommandField, CountField, DurationField, EnvironmentField, Field, TextField } from './fields.tsx';
import { PRIORITIES, RESUMES, TOPOLOGY_MODES } from './job-file.ts';
import { isEditable, type JobText, type Path, valueAt } from './job-text.ts';
import styles from './JobForm.module.css';

interface JobFormProps {
  readonly job: JobText;
  readonly classes: readonly components['schemas']['GpuClass'][];
  /** Messages about fields, by JSON pointer. */
  readonly faults: ReadonlyMap<string, string>;
  readonly onChange: (path: Path, value: unknown) => void;
}

/** The job file as a form. It shows what the text says, and changes only the field that is typed in. */
export function JobForm({ job, classes, faults, onChange }: JobFormProps) {
  const { t } = useTranslation('submit');
  const disabled = !isEditable(job);
  const field = (path: Path) => ({
    label: t(`field.${path.at(-1) ?? ''}` as 'field.name'),
    value: valueAt(job.value, path),
    fault: faults.get(`/${path.join('/')}`),
    disabled,
    onChange: (value: unknown) => onChange(path, value),
  });
  const gpuClass = field(['spec', 'gpuClass']);
  const priority = field(['spec', 'priority']);
  const resume = field(['spec', 'checkpoint', 'resume']);
  const selfPay = field(['spec', 'selfPay']);
  const topologyKey = field(['spec', 'topology', 'key']);
  const topologyMode = field(['spec', 'topology', 'mode']);
  const command = field(['spec', 'command']);
  const args = field(['spec', 'args']);
  const env = field(['spec', 'env']);
  return (
    <Form layout="vertical" component="div" className={styles['form'] ?? ''}>
      {disabled && <Alert type="warning" showIcon title={t('fixYaml')} style={{ marginBottom: 16 }} />}
      <TextField {...field(['metadata', 'name'])} required placeholder="sft-7b" />
      <div className={styles['three']}>
        <Field {...gpuClass} required>
          {(id) => (
            <Select
              id={id}
              disabled={disabled}
              labelRender={({ value }) => classes.find(({ code }) => code === value)?.name ?? value}
              value={typeof gpuClass.value === 'string' ? gpuClass.value : null}
              onChange={(code: string) => gpuClass.onChange(code)}
              options={classes.map(({ code, name, listPriceFen }) => ({
                value: code,
                label: listPriceFen === null ? name : t('classOption', { name, price: formatFen(listPriceFen) }),
              }))}
            />
          )}
        </Field>
        <CountField {...field(['spec', 'replicas'])} minimum={1} placeholder="1" />
        <CountField {...field(['spec', 'gpusPerReplica'])} required minimum={1} />
      </div>
      <TextField {...field(['spec', 'image'])} required placeholder="registry.park.example/team/train:1.4" />
      <CommandField {...command} value={wordsOf(command.value)} placeholder="torchrun --nproc-per-node=8 train.py" />
      <div className={styles['two']}>
        <DurationField {...field(['spec', 'maxRuntime'])} required hint={t('hint.maxRuntime')} />
        <Field {...selfPay} hint={t('hint.selfPay')}>
          {(id) => (
            <Checkbox
              id={id}
              disabled={disabled}
              checked={selfPay.value === true}
              onChange={({ target }) => selfPay.onChange(target.checked)}
            >
              {t('allowSelfPay')}
            </Checkbox>
          )}
        </Field>
      </div>
      <Collapse
        ghost
        items={[
          {
            key: 'more',
            label: t('more'),
            children: (
              <>
                <EnvironmentField {...env} value={textsOf(env.value)} placeholder={'EPOCHS=3\nWANDB_MODE=offline'} />
                <CommandField {...args} value={wordsOf(args.value)} placeholder="--epochs 3" />
                <TextField {...field(['spec', 'workingDir'])} placeholder="/workspace" hint={t('hint.workingDir')} />
                <div className={styles['two']}>
                  <DurationField {...field(['spec', 'checkpoint', 'grace'])} hint={t('hint.grace')} />
                  <Field {...resume} hint={t('hint.resume')}>
                    {(id) => (
                      <Select
                        id={id}
                        disabled={disabled}
                        value={RESUMES.find((known) => known === resume.value) ?? 'manual'}
                        options={RESUMES.map((value) => ({ value, label: t(`resume.${value}`) }))}
                        onChange={resume.onChange}
                      />
                    )}
                  </Field>
                  <Field {...priority} hint={t('hint.priority')}>
                    {(id) => (
                      <Select
                        id={id}
                        disabled={disabled}
                        value={PRIORITIES.find((known) => known === priority.value) ?? 'normal'}
                        options={PRIORITIES.map((value) => ({ value, label: t(`priority.${value}`) }))}
                        onChange={priority.onChange}
                      />
                    )}
                  </Field>
                  <CountField {...field(['spec', 'retries'])} minimum={0} placeholder="0" hint={t('hint.retries')} />
                  <TextField {...field(['spec', 'cpu'])} placeholder="32" hint={t('hint.perReplica')} />
                  <TextField {...field(['spec', 'memory'])} placeholder="256Gi" hint={t('hint.perReplica')} />
                  <TextField {...field(['spec', 'shm'])} placeholder="64Gi" hint={t('hint.shm')} />
                  <TextField {...field(['spec', 'ephemeralStorage'])} placeholder="200Gi" hint={t('hint.ephemeralStorage')} />
                  <CountField {...field(['spec', 'runAs', 'user'])} minimum={1} placeholder="1000" hint={t('hint.runAs')} />
                  <CountField {...field(['spec', 'runAs', 'group'])} minimum={1} placeholder="1000" />
                  <TextField
                    {...topologyKey}
                    placeholder="rack"
                    hint={t('hint.topologyKey')}
                    // Without a kind of domain nothing is asked for.
                    onChange={(value) => (value === undefined ? onChange(['spec', 'topology'], undefined) : topologyKey.onChange(value))}
                  />
                  <Field {...topologyMode} hint={t('hint.topologyMode')}>
                    {(id) => (
                      <Select
                        id={id}
                        disabled={disabled || topologyKey.value === undefined}
                        value={TOPOLOGY_MODES.find((known) => known === topologyMode.value) ?? 'prefer'}
                        options={TOPOLOGY_MODES.map((value) => ({ value, label: t(`topologyMode.${value}`) }))}
                        onChange={topologyMode.onChange}
                      />
                    )}
                  </Field>
                </div>
              </>
            ),
          },
        ]}
      />
    </Form>
  );
}

function wordsOf(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.map(String) : undefined;
}

function textsOf(value: unknown): Record<string, string> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]));
}
