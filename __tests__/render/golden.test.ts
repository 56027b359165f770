import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesBelow } from '../helpers/estate';
import { CASES } from './golden-cases';

const GOLDEN = join(__dirname, '..', 'golden');
/** `UPDATE_GOLDEN=1 jest` writes what is rendered now; the change is then read in review. */
const update = process.env['UPDATE_GOLDEN'] === '1';

test.each(Object.entries(CASES))('the files of %s are those that were reviewed', (name, render) => {
  const folder = join(GOLDEN, name);
  const tree = render();
  if (update) {
    rmSync(folder, { recursive: true, force: true });
    for (const [path, content] of tree) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
  }
  expect(Object.fromEntries([...tree].sort())).toEqual(Object.fromEntries(filesBelow(folder)));
});

test('every reviewed case is still rendered', () => {
  expect(readdirSync(GOLDEN).sort()).toEqual(Object.keys(CASES).sort());
});

test('every file ends its lines in LF, the last one too, and holds printable ASCII only', () => {
  for (const render of Object.values(CASES)) {
    for (const [path, content] of render()) {
      // A host without a bridge is on no Lan, and on many there is no other host; one without guests has an empty roster.
      if (['census', 'peers', 'words/roster'].includes(path) && content === '') continue;
      expect(content).toMatch(/^([\x20-\x7e]*\n)+$/);
    }
  }
});

test('no file that initscripts read has a comment with a word that init.d/network evaluates', () => {
  for (const render of Object.values(CASES)) {
    for (const [path, content] of render()) {
      if (!path.startsWith('etc/sysconfig/')) continue;
      const comments = content.split('\n').filter((line) => line.includes('#'));
      expect(comments.filter((line) => /(DEVICE|TYPE|SLAVE)=/.test(line))).toEqual([]);
    }
  }
});

test('no bridge has a HWADDR, and every uplink has its own, unless it is known by its name', () => {
  for (const [name, render] of Object.entries(CASES)) {
    for (const [path, content] of render()) {
      if (!path.includes('/ifcfg-')) continue;
      const isBridge = content.includes('TYPE="Bridge"');
      const hasOne = !isBridge && name !== 'uplink-known-by-its-name';
      expect([path, /^HWADDR="[0-9A-F:]{17}"$/m.test(content)]).toEqual([path, hasOne]);
      expect(content.includes('UUID')).toBe(false);
    }
  }
});
