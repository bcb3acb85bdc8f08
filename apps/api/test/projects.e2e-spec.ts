import type { Call } from './api-test-environment.ts';
import { jobFile, JobsTestEnvironment } from './jobs-test-environment.ts';

const based = (version: number) => ({ 'if-match': `"${version}"` });

describe('projects of a company (P8)', () => {
  let environment: JobsTestEnvironment;
  let owner: Call;
  let projects: string;
  beforeAll(async () => {
    environment = await JobsTestEnvironment.start();
    ({ call: owner } = await environment.api.person('owner', environment.company));
    projects = `/companies/${environment.company.id}/projects`;
  });
  afterAll(async () => {
    await environment.stop();
  });

  const withProject = (name: string, project: string) => {
    const file = jobFile(name);
    return { ...file, metadata: { ...file.metadata, project } };
  };

  it('are added and changed by owners, read by members and the park, and seen by no other company', async () => {
    const added = await owner('POST', projects, { code: 'chat', title: '客服大模型', model: 'jd-chat-7b' });
    expect(added).toMatchObject({ status: 201, body: { code: 'chat', purpose: null, archivedAt: null, version: 1 } });
    expect(await owner('POST', projects, { code: 'chat', title: '另一个' })).toMatchObject({
      status: 409,
      body: { code: 'project.code-taken' },
    });
    expect((await owner('POST', projects, { code: 'Chat!', title: 'x' })).status).toBe(422);
    const filed = { filingNumber: 'Shanghai-2026-0007' };
    expect(await owner('PATCH', `${projects}/chat`, filed, based(1))).toMatchObject({
      status: 200,
      body: { ...filed, title: '客服大模型', version: 2 },
    });
    expect((await owner('PATCH', `${projects}/chat`, filed, based(1))).status).toBe(412);
    expect((await owner('PATCH', `${projects}/chat`, filed)).status).toBe(428);
    expect((await environment.engineer('POST', projects, { code: 'other', title: 'x' })).status).toBe(403);
    const { call: operator } = await environment.api.person('operator');
    for (const call of [environment.engineer, operator])
      expect(await call('GET', projects)).toMatchObject({ status: 200, body: { items: [{ code: 'chat' }] } });
    const { call: stranger } = await environment.api.person('owner', await environment.api.company());
    expect((await stranger('GET', projects)).status).toBe(404);
    expect((await stranger('PATCH', `${projects}/chat`, filed, based(2))).status).toBe(404);
  });

  it('are named by jobs as long as they are not archived, and find their jobs', async () => {
    await owner('POST', projects, { code: 'vision', title: '视觉' });
    expect(await environment.engineer('POST', '/jobs', withProject('stray', 'visoin'))).toMatchObject({
      status: 422,
      body: { code: 'job.unknown-project', errors: [{ pointer: '/metadata/project' }] },
    });
    expect((await environment.engineer('POST', '/quotes', withProject('stray', 'visoin'))).status).toBe(422);
    const job = await environment.engineer('POST', '/jobs', withProject('seen', 'vision'));
    expect(job).toMatchObject({ status: 201, body: { file: { metadata: { name: 'seen', project: 'vision' } } } });
    await environment.submit('without');
    const listed = await environment.engineer('GET', '/jobs?project=vision');
    expect((listed.body as { items: { name: string }[] }).items.map(({ name }) => name)).toEqual(['seen']);
    expect((await owner('PATCH', `${projects}/vision`, { archived: true }, based(1))).status).toBe(200);
    expect(await environment.engineer('POST', '/jobs', withProject('late', 'vision'))).toMatchObject({
      status: 422,
      body: { code: 'job.archived-project', errors: [{ pointer: '/metadata/project' }] },
    });
    const open = await owner('GET', `${projects}?archived=false`);
    expect((open.body as { items: { code: string }[] }).items.map(({ code }) => code)).not.toContain('vision');
    expect((await owner('PATCH', `${projects}/vision`, { archived: false }, based(2))).status).toBe(200);
    expect((await environment.engineer('POST', '/jobs', withProject('again', 'vision'))).status).toBe(201);
  });
});
