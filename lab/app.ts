import { readFileSync } from 'node:fs';
import { App } from 'cdktf';
import { Lan } from '../lib';
import { LabStack, type LabFacts } from '../stacks/lab';

// The app that the lab's own cdktf runs: what main.ts is to the office, with the facts of a host that was just booted.
const { LAB_FACTS } = process.env;
if (LAB_FACTS === undefined) throw new Error('LAB_FACTS names no file: run this through the lab, or use main.ts');

const app = new App();
const lan = new Lan(app, 'lan0', { cidr: '192.0.2.0/24', gateway: '192.0.2.1' });
new LabStack(app, 'office', { lan, facts: JSON.parse(readFileSync(LAB_FACTS, 'utf8')) as LabFacts });
app.synth();
