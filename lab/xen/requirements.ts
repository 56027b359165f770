import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs and the Debian or Ubuntu packages that have them. */
const programs: Readonly<Record<string, string>> = {
  'qemu-system-x86_64': 'qemu-system-x86',
  'qemu-img': 'qemu-utils',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
  setpriv: 'util-linux',
  bash: 'bash',
  flock: 'util-linux',
  depmod: 'kmod',
  'mkfs.ext4': 'e2fsprogs',
  cpio: 'cpio',
  zstd: 'zstd',
  xz: 'xz-utils',
};

/** The packages to install before the lab can run; empty when all is there. */
export function missingPrograms(path: string = process.env['PATH'] ?? ''): string[] {
  const directories = [...path.split(delimiter), '/usr/sbin', '/sbin'];
  const missing = Object.entries(programs)
    .filter(([program]) => !directories.some((directory) => existsSync(join(directory, program))))
    .map(([, packageName]) => packageName);
  return [...new Set(missing)];
}
