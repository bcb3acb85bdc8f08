import { type ImportedSpec, type ImportedVolume, labelFrom } from './imported-job.ts';
import type { ManifestPart } from './manifest-part.ts';
import type { NearbyObjects } from './nearby-objects.ts';

const SHM = '/dev/shm';

interface Mount {
  readonly volume: string;
  readonly mountPath: string;
  readonly part: ManifestPart;
}

/** `volumes` of the pod where the container mounts them. */
export function readVolumes(pod: ManifestPart, container: ManifestPart, spec: ImportedSpec, nearby: NearbyObjects): void {
  const mounts = container.parts('volumeMounts').map<Mount>((part) => {
    const mount = { volume: part.text('name') ?? '', mountPath: part.text('mountPath') ?? '', part };
    if (part.has('subPath')) part.leave('subPath', 'The whole volume is mounted: change the path in the command.');
    part.ignore('readOnly', 'mountPropagation');
    part.close();
    return mount;
  });
  const volumes: ImportedVolume[] = [];
  const files: { secret: string; mountPath: string }[] = [];
  for (const volume of pod.parts('volumes')) {
    const name = volume.text('name') ?? '';
    const here = mounts.filter((mount) => mount.volume === name);
    const memory = volume.part('emptyDir');
    const claim = volume.part('persistentVolumeClaim').text('claimName');
    const secret = volume.part('secret').text('secretName');
    if (claim !== undefined) volumes.push(...here.map(({ mountPath }) => claimed(claim, mountPath, nearby)));
    else if (secret !== undefined) files.push(...here.map(({ mountPath }) => ({ secret, mountPath })));
    else if (volume.has('emptyDir')) readEmptyDirectory(volume, memory, here, spec);
    else volume.leave(undefined, 'A job mounts files of secrets only. Fetch data at the start of the command.');
  }
  if (volumes.length > 0) spec.volumes = volumes;
  if (files.length > 0) spec.files = files;
}

function claimed(claim: string, mountPath: string, nearby: NearbyObjects): ImportedVolume {
  const size = nearby.claimedSize(claim);
  const name = labelFrom(claim, 'data');
  return { name, mountPath, ...(size !== undefined && { size }) };
}

/** An empty directory in memory at /dev/shm is `shm`. /tmp and the home directory are writable anyway. */
function readEmptyDirectory(volume: ManifestPart, directory: ManifestPart, mounts: readonly Mount[], spec: ImportedSpec): void {
  const inMemory = directory.text('medium') === 'Memory';
  const sizeLimit = directory.text('sizeLimit');
  for (const { mountPath } of mounts) {
    if (mountPath === SHM && inMemory) {
      if (sizeLimit === undefined) volume.leave(undefined, 'Write shm with a size: it is a part of the memory of the replica.');
      else spec.shm = sizeLimit;
    } else if (mountPath !== '/tmp') {
      volume.leave(undefined, `Write to /tmp or the home directory instead of ${mountPath}: they are writable, and end with the pod.`);
    }
  }
}
