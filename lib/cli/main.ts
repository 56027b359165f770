#!/usr/bin/env node
import { dispatch } from './dispatch';
import { plain } from './plain';

/** The program `cdktf-xen`: argv -> outcome -> print -> exit status. */
async function main(): Promise<void> {
  // The reader may have seen enough, as in `cdktf-xen census | head`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
  // Remarks may have no reader; the work and its exit status are the same.
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const { text, remarks, exitCode } = await dispatch(process.argv.slice(2));
  // Not exit(): it would cut off what a slow reader has not read yet.
  process.exitCode = exitCode;
  process.stdout.write(plain(text));
  for (const remark of remarks) process.stderr.write(`cdktf-xen: ${plain(remark)}\n`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
