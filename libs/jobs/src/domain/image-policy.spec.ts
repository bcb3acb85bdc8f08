import { imagePullPolicy, requireAcceptedImage } from './image-policy.ts';

const PARK = 'registry.park.example/*';
const DIGEST = `sha256:${'9f'.repeat(32)}`;

function refusalOf(...given: Parameters<typeof requireAcceptedImage>): unknown {
  try {
    requireAcceptedImage(...given);
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('the policy of images', () => {
  const policy = { allowedImages: ['*'], pinnedImages: [PARK] };

  it.each([`registry.park.example/train@${DIGEST}`, `registry.park.example/train:1.4@${DIGEST}`, 'docker.io/library/busybox:1'])(
    'accepts %s',
    (image) => {
      expect(() => requireAcceptedImage(image, policy)).not.toThrow();
    },
  );

  it('refuses a tag where the park asks for a digest, with the field and the remedy (J3)', () => {
    expect(refusalOf('registry.park.example/train:1.4', policy)).toMatchObject({
      ...{ code: 'job.image-not-pinned', field: '/spec/image', remedy: expect.stringContaining('NAME@sha256:') as string },
    });
  });

  it('refuses what is allowed nowhere before it asks for a digest', () => {
    expect(refusalOf('docker.io/evil/miner:1', { allowedImages: [PARK], pinnedImages: ['*'] })).toMatchObject({
      code: 'job.image-not-allowed',
      field: '/spec/image',
    });
  });

  it.each<[string, { image: string; imagePullSecrets?: string[] }, 'Always' | 'IfNotPresent']>([
    ['that its job pulls with a secret', { image: 'registry.jiding.example/train:1', imagePullSecrets: ['harbor'] }, 'Always'],
    ['that the park says is private', { image: 'registry.park.example/train:1' }, 'Always'],
    ['of anybody else', { image: 'docker.io/library/busybox:1' }, 'IfNotPresent'],
  ])('asks the registry for an image %s as it should', (_what, spec, wanted) => {
    expect(imagePullPolicy(spec, { alwaysPulledImages: [PARK] })).toBe(wanted);
  });
});
