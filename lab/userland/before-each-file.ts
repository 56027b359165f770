import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layUserland, type Userland } from './userland';

/* For jest: before a file's tests, for a project that names a userland. */

const folder = mkdtempSync(join(tmpdir(), 'userland-'));
layUserland(folder, (globalThis as unknown as { USERLAND: Userland }).USERLAND);
process.env['PATH'] = `${folder}:${process.env['PATH'] ?? ''}`;
// See lab/bed/bed.ts.
process.env['BED_LAN_PATH'] = folder;

afterAll(() => {
  rmSync(folder, { recursive: true });
});
