import { DeleteOutlined } from '@ant-design/icons';
import { Button, Form, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useCompanies } from '../../api/everything.ts';
import { faultProps } from '../../api/problem.ts';
import styles from './queue.module.css';
import { CHANGE_KINDS, PARK, type TypedChange } from './schedule-change.ts';

const MOST_NODES = 1_000;
const MOST_GPUS = 1_000_000;

interface ChangeFieldsProps {
  /** Its index in the list of changes. */
  readonly index: number;
  /** The refusal of the API, if it refused the changes. */
  readonly error: unknown;
  /** Undefined for the only change. */
  readonly onRemove: (() => void) | undefined;
}

/** The fields of one change of nodes or limits. */
export function ChangeFields({ index, error, onRemove }: ChangeFieldsProps) {
  const { t } = useTranslation('queue');
  const form = Form.useFormInstance();
  const kind = (Form.useWatch(['changes', index, 'kind'], form) as TypedChange['kind'] | undefined) ?? 'nodes';
  const required = { required: true, message: t('whatIf.required') };
  const fault = (field: string) => faultProps(error, `/changes/${index}/${field}`);
  return (
    <fieldset className={styles['change']} aria-label={t('whatIf.number', { number: index + 1 })}>
      <Form.Item name={[index, 'kind']} label={t('whatIf.kind')}>
        <Select options={CHANGE_KINDS.map((value) => ({ value, label: t(`whatIf.kinds.${value}`) }))} />
      </Form.Item>
      {kind === 'open' || kind === 'close' ? (
        <Form.Item name={[index, 'node']} label={t('whatIf.node')} rules={[required]} {...fault('node')}>
          <NodeSelect />
        </Form.Item>
      ) : (
        <Form.Item name={[index, 'gpuClass']} label={t('column.gpuClass')} rules={[required]} {...fault('gpuClass')}>
          <ClassSelect />
        </Form.Item>
      )}
      {kind === 'nodes' && (
        <Form.Item
          name={[index, 'count']}
          label={t('whatIf.count')}
          extra={t('whatIf.countHint')}
          rules={[required, { type: 'integer', message: t('whatIf.whole') }]}
          {...fault('count')}
        >
          <InputNumber min={-MOST_NODES} max={MOST_NODES} />
        </Form.Item>
      )}
      {kind === 'limit' && (
        <>
          <Form.Item name={[index, 'owner']} label={t('whatIf.owner')} rules={[required]} {...fault('owner')}>
            <OwnerSelect />
          </Form.Item>
          <Form.Item
            name={[index, 'maxGpus']}
            label={t('whatIf.maxGpus')}
            rules={[{ type: 'integer', message: t('whatIf.whole') }]}
            {...fault('maxGpus')}
          >
            <InputNumber min={0} max={MOST_GPUS} placeholder={t('whatIf.anyNumber')} />
          </Form.Item>
        </>
      )}
      {onRemove !== undefined && (
        <Button type="text" icon={<DeleteOutlined />} aria-label={t('whatIf.remove', { number: index + 1 })} onClick={onRemove} />
      )}
    </fieldset>
  );
}

/** What a form's item gives to its field. */
interface FieldProps {
  readonly id?: string;
  readonly value?: string;
  readonly onChange?: (value: string) => void;
}

function ClassSelect(props: FieldProps) {
  const { data } = $api.useQuery('get', '/api/v1/gpu-classes', {}, { staleTime: 5 * 60_000 });
  return (
    <Select
      {...props}
      loading={data === undefined}
      options={(data?.items ?? []).map(({ code, name }) => ({ value: code, label: `${name} (${code})` }))}
    />
  );
}

function NodeSelect(props: FieldProps) {
  const { data } = $api.useQuery('get', '/api/v1/cluster/nodes', {});
  return (
    <Select
      {...props}
      showSearch
      loading={data === undefined}
      options={(data?.items ?? []).map(({ name }) => ({ value: name, label: name }))}
    />
  );
}

function OwnerSelect(props: FieldProps) {
  const { t } = useTranslation('queue');
  const companies = useCompanies();
  const named = [...(companies?.values() ?? [])].map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Select
      {...props}
      showSearch={{ optionFilterProp: 'label' }}
      loading={companies === undefined}
      options={[{ value: PARK, label: t('whatIf.park') }, ...named]}
    />
  );
}
