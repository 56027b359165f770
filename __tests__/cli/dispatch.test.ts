import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dispatch } from '../../lib/cli/dispatch';
import { ROOT } from '../helpers/program';

const KNOWN = 'the commands are: census, drift, facts, show; cdktf-xen --help says more';

test.each(['--help', '-h'])('%s lists the commands', async (word) => {
  const { text, remarks, exitCode } = await dispatch([word]);
  expect({ remarks, exitCode }).toEqual({ remarks: [], exitCode: 0 });
  expect(text).toBe(
    'usage: cdktf-xen COMMAND [ARGUMENT...]\n\n  census  every MAC and IP address of an app, as a table\n' +
      '  drift   asks all hosts whether they are as the last deploy left them\n' +
      '  facts   prints what is on a host, one fact a line\n' +
      '  show    what a deploy would change on hosts and disks, as diffs\n\n' +
      'cdktf-xen COMMAND --help says more, cdktf-xen --version which release this is.\n',
  );
});

test('--version says what package.json says', async () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  expect(await dispatch(['--version'])).toEqual({ text: `${version}\n`, remarks: [], exitCode: 0 });
});

test('a command says how it is used, whatever else stands there', async () => {
  const { text, exitCode } = await dispatch(['census', '--wrong', '--help']);
  expect(exitCode).toBe(0);
  expect(text).toMatch(/^usage: cdktf-xen census \[--json\] \[--lan NAME\] \[DIRECTORY\]\n/);
});

test.each([
  [['cenus'], `there is no command 'cenus'; ${KNOWN}`],
  [['constructor'], `there is no command 'constructor'; ${KNOWN}`],
  [[], `a command is missing; ${KNOWN}`],
])('%j is refused with the commands there are', async (args, message) => {
  expect(await dispatch(args)).toEqual({ text: '', remarks: [`error: ${message}`], exitCode: 1 });
});
