import { strictNames } from './strict';

/** Jest's global set-up: compiles once for all workers, and says in the log what the host side of the tests runs on. */
export default function beforeTests(): void {
  const { known, absent } = strictNames();
  process.stdout.write(
    `host side: ${known.length} programs refuse what CentOS 6's do not know, ${absent.length} are not there at all (lab/el6/strict)\n`,
  );
}
