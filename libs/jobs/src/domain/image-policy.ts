import { DomainError } from '#kernel';
import type { JobSpec } from './job-spec.ts';

/** What a deployment decides about images. Patterns are such as `registry.park.example/*`, in which `*` matches any text. */
export interface ImagePolicy {
  /** Images that jobs may use. */
  readonly allowedImages: readonly string[];
  /** Images that a job must name by their digest, so that what runs is what was reviewed. */
  readonly pinnedImages: readonly string[];
  /** Images that every pod asks the registry for, also without a pull secret of its job. */
  readonly alwaysPulledImages: readonly string[];
}

/** When a kubelet asks the registry for an image, in Kubernetes' words. */
export type ImagePullPolicy = 'Always' | 'IfNotPresent';

/**
 * An image that needs credentials is asked for whenever a pod starts: otherwise a node would run a copy of it for whoever names it, also
 * for a company without the credentials.
 */
export function imagePullPolicy(
  { image, imagePullSecrets = [] }: Pick<JobSpec, 'image' | 'imagePullSecrets'>,
  { alwaysPulledImages }: Pick<ImagePolicy, 'alwaysPulledImages'>,
): ImagePullPolicy {
  return imagePullSecrets.length > 0 || isOneOf(image, alwaysPulledImages) ? 'Always' : 'IfNotPresent';
}

/** @throws DomainError `job.image-not-allowed`, `job.image-not-pinned` */
export function requireAcceptedImage(image: string, { allowedImages, pinnedImages }: Omit<ImagePolicy, 'alwaysPulledImages'>): void {
  if (!isOneOf(image, allowedImages)) {
    throw new DomainError('job.image-not-allowed', {
      field: '/spec/image',
      detail: `The image "${image}" is not from an allowed place.`,
      remedy: allowedImages.length === 0 ? 'Ask the park to allow an image registry.' : `Push it to one of: ${allowedImages.join(', ')}.`,
    });
  }
  if (image.includes('@') || !isOneOf(image, pinnedImages)) return;
  throw new DomainError('job.image-not-pinned', {
    field: '/spec/image',
    detail: `The park takes the image "${image}" by its digest only, because a tag can be moved to another image.`,
    remedy: 'Write it as NAME@sha256:…, with the digest that "docker buildx imagetools inspect" or the registry shows.',
  });
}

/** Whether a pattern matches `image`. `*` matches any text, with slashes; every other character matches itself. */
function isOneOf(image: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => new RegExp(`^${pattern.split('*').map(RegExp.escape).join('.*')}$`).test(image));
}
