import { type DiskBed } from '../../../../lab/guest-images/disk-bed';
import { RULES, SCRIPTS } from '../../../../lab/guest-images/root-tree';
import { DiskCases, lines } from '../../../helpers/guest-disk';

/* What a guest's files may hold that forbids writing its identity: each is refused with the disk untouched. */

jest.setTimeout(60_000);

const MAC = '00:16:3e:a6:05:8f';
const ETH0 = `${SCRIPTS}/ifcfg-eth0`;
const NETWORK = 'etc/sysconfig/network';

let bed: DiskBed;
let cases: DiskCases;

beforeAll(async () => {
  cases = await DiskCases.open();
  bed = cases.bed;
});

afterAll(async () => {
  await bed.close();
});

test.each([
  [
    'an alias',
    lines(`${SCRIPTS}/ifcfg-eth0:0`, 'DEVICE=eth0:0', 'IPADDR=192.0.2.98'),
    'ifcfg-eth0:0 gives eth0 a further address',
  ],
  [
    'a range',
    lines(`${SCRIPTS}/ifcfg-eth0-range0`, 'IPADDR_START=192.0.2.90'),
    'ifcfg-eth0-range0 gives eth0 a further address',
  ],
  [
    'a dated copy',
    `cp ${ETH0} ${ETH0}.20150301`,
    'ifcfg-eth0.20150301 also describes eth0 (DEVICE=eth0), and initscripts would start it',
  ],
  ['an old file under another name', `cp ${ETH0} ${ETH0}-old`, 'ifcfg-eth0-old also describes eth0'],
  [
    'an alias under another name',
    lines(`${SCRIPTS}/ifcfg-web`, 'DEVICE="eth0:web"'),
    'ifcfg-web also describes eth0 (DEVICE=eth0:web)',
  ],
  [
    'another interface with the MAC',
    lines(`${SCRIPTS}/ifcfg-eth5`, 'DEVICE=eth5', `HWADDR=${MAC}`),
    `ifcfg-eth5 claims eth0's MAC (HWADDR=00:16:3E:A6:05:8F)`,
  ],
  [
    'a .orig with the MAC',
    lines(`${SCRIPTS}/ifcfg-eth5.orig`, 'DEVICE=eth5', `HWADDR=${MAC}`),
    `ifcfg-eth5.orig claims eth0's MAC`,
  ],
  [
    'a further address',
    `echo IPADDR2=192.0.2.98 >> ${ETH0}`,
    'has further addresses (IPADDR2), the stack promises one per interface',
  ],
  ['a bond', `echo MASTER=bond0 >> ${ETH0}; echo SLAVE=yes >> ${ETH0}`, 'puts eth0 under something else (SLAVE=yes)'],
  ['a bridge', `echo BRIDGE=br0 >> ${ETH0}`, 'puts eth0 under something else (BRIDGE=br0)'],
  [
    'two commands in a line',
    `echo 'MTU=1500; HWADDR=00:16:3e:00:00:09' >> ${ETH0}`,
    'line 13: MTU=1500; HWADDR=00:16:3e:00:00:09: only lines of the form KEY=value are understood',
  ],
  ['a file that reads another', `echo '. /etc/other' >> ${ETH0}`, 'line 13: . /etc/other: only lines'],
  ['a quote that stays open', `printf 'NAME="a\\nIPADDR=10.0.0.1"\\n' >> ${ETH0}`, 'line 13: NAME="a: only lines'],
  ['a line that goes on', `printf 'MTU=1500\\\\\\n0\\n' >> ${ETH0}`, 'line 13: MTU=1500\\: only lines'],
  [
    'a link to /etc/shadow',
    `ln -sf /etc/shadow ${ETH0}`,
    `/${ETH0} is a link to /etc/shadow, outside /etc/sysconfig: put the file itself there`,
  ],
  [
    'a link out of the root',
    `ln -sf ../../../../../../../etc/passwd ${ETH0}`,
    `/${ETH0} is a link that leads out of the guest's root`,
  ],
  ['a link to itself', `ln -sf ifcfg-eth0 ${ETH0}`, `/${ETH0} is a link that leads in a circle`],
  [
    'a linked folder',
    `mv ${SCRIPTS} etc/scripts; ln -s /etc/scripts ${SCRIPTS}`,
    `/${SCRIPTS} is a link to /etc/scripts: put the folder itself there`,
  ],
  [
    "a link to the host's /etc",
    'mv etc old; ln -s ../../../../../../etc etc',
    "is a link that leads out of the guest's root",
  ],
  ['a pipe', `rm ${ETH0}; mkfifo ${ETH0}`, `/${ETH0} is no plain file`],
  ['a folder', `rm ${ETH0}; mkdir ${ETH0}`, `/${ETH0} is no plain file`],
  ['a device', `rm ${ETH0}; mknod ${ETH0} c 1 5`, `/${ETH0} is no plain file`],
  ['a terabyte of nothing', `truncate -s 10G ${ETH0}`, `/${ETH0} is no plain file of less than 256 KiB`],
  ['binary rubbish', `head -c 5000 var/lib/data/blob > ${ETH0}`, `/${ETH0} holds bytes that are no text`],
  [
    'a root without network scripts',
    'rm -r etc/sysconfig',
    `there is no /${SCRIPTS}, so this is not the / of a CentOS guest; it has: etc lost+found sbin var`,
  ],
  [
    'another release',
    'echo "CentOS release 5.11 (Final)" > etc/redhat-release',
    "it holds 'CentOS release 5.11 (Final)', the stack says el6",
  ],
  [
    'rubbish in /etc/sysconfig/network',
    `head -c 500 var/lib/data/blob > ${NETWORK}`,
    `/${NETWORK} holds bytes that are no text`,
  ],
  [
    'a linked rules file',
    `mv ${RULES} tmp-rules; ln -s /tmp-rules ${RULES}`,
    `/${RULES} is a link to /tmp-rules, outside /etc/udev`,
  ],
  ['a file that is protected', `chattr +i ${ETH0}`, `/${ETH0} is protected (lsattr: i)`],
])('%s is refused', (_name, before, words) => {
  expect(cases.refusal({ before })).toContain(words);
});

test('all problems of a guest are told at once', () => {
  const said = cases.refusal({
    before: `cp ${ETH0} ${ETH0}-old; echo BRIDGE=br0 >> ${ETH0}; rm ${NETWORK}; mkdir ${NETWORK}`,
  });
  for (const words of ['ifcfg-eth0-old also', 'BRIDGE=br0', `/${NETWORK} is no plain file`])
    expect(said).toContain(words);
});

test('what a guest calls its files can not write on the terminal of whoever deploys', () => {
  const said = cases.refusal({ before: `cp ${ETH0} "${ETH0}$(printf '\\033[2Jevil')"` });
  expect(said).toContain('ifcfg-eth0[2Jevil also describes eth0');
  expect(said).not.toContain('\u001b');
});

test('a name that holds the end of a line does not hide a file that initscripts would read', () => {
  const said = cases.refusal({ before: `cp ${ETH0} "${ETH0}$(printf '\\033[2J\\nevil')"` });
  expect(said).toContain(`/${SCRIPTS} holds a name with the end of a line in it (...`);
  expect(said).not.toContain('\u001b');
});

test.each([
  ['blocks', 'dd if=/dev/zero of=full bs=1k 2>/dev/null || :', 'No space left on device'],
  ['inodes', 'mkdir full; i=0; while : > full/$i; do i=$((i + 1)); done 2>/dev/null || :', 'No space left on device'],
])('a file system without free %s is refused, and the old files are whole', (_name, before, words) => {
  const image = cases.prepare({ before });
  const snapshot = bed.snapshot(image);
  const outcome = bed.run(image);
  expect(outcome.output).toContain(words);
  expect(outcome.output).toContain('nothing was changed');
  expect(outcome.status).toBe(1);
  expect(bed.leftOpen(image)).toEqual([]);
  expect(bed.snapshot(image)).toEqual(snapshot);
  expect(bed.faults(image)).toBe('');
});
