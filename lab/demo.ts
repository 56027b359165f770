import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { resolveEngine } from './engine/engine';
import { type CommandResult, factsOf, LabProject } from './project';
import { Lab } from './xen/lab';
import type { LabHost } from './xen/lab-host';

const usage = `usage: npm run demo [-- --keep] [-- --verbose]
  --keep      leave the lab running at the end, and say how to get in
  --verbose   show everything that cdktf prints`;

const started = performance.now();

/** A step of the demo: its time since the start, and what it is. */
function step(text: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
  console.log(`\n${seconds} s  ${text}`);
}

function indent(text: string): void {
  console.log(text.trimEnd().replace(/^/gm, '          '));
}

/** The lines of a deploy that come from the host. */
function hostLines(text: string): string {
  const lines = [...text.matchAll(/\(local-exec\): (xen\d+ .*)/g)].map((match) => match[1] ?? '');
  return lines.join('\n');
}

/** Shows the host's lines of a stream as they come; text arrives in pieces that end anywhere. */
function hostLinePrinter(): (text: string) => void {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    const found = hostLines(lines.join('\n'));
    if (found !== '') indent(found);
  };
}

function mustSucceed(what: string, result: CommandResult): CommandResult {
  if (result.status === 0) return result;
  throw new Error(`cdktf ${what} ended with status ${result.status}:\n${result.output}`);
}

/** What the stack promises: read from what a reviewer reads, not from the code. */
function promisedMac(project: LabProject, guest: string): string {
  return /mac=([0-9a-f:]{17})/.exec(project.treeFile(`files/etc/xen/${guest}`))?.[1] ?? 'none';
}

async function showHost(host: LabHost): Promise<void> {
  step('on the host: the files, the bridge, the guests');
  indent(
    await host.check(
      `cd /etc/sysconfig/network-scripts && head -n 20 ifcfg-eth0 ifcfg-xenbr0; echo; brctl show; echo; xl list; echo; ls -l /etc/xen/auto`,
    ),
  );
}

async function showGuests(lab: Lab, project: LabProject): Promise<void> {
  step('every guest has the MAC that the stack promised');
  const rows = ['guest     promised           xl network-list    on the wire'];
  for (const [guest, address] of [
    ['web1', '192.0.2.21'],
    ['intern1', '192.0.2.22'],
  ] as const) {
    const promised = promisedMac(project, guest);
    const listed = await lab.host('xen01').check(`xl network-list ${guest} | awk 'NR == 2 { print $3 }'`);
    const heard = await lab.outside.arp(address);
    rows.push([guest.padEnd(8), promised, listed.trim(), heard.join(' ') || 'silence'].join('  '));
    if (listed.trim() !== promised || heard.join() !== promised) throw new Error(rows.join('\n'));
  }
  indent(rows.join('\n'));
}

async function pingGuest(lab: Lab): Promise<void> {
  step('ping from a machine outside');
  const ping = await lab.outside.startPing('192.0.2.21', { intervalMs: 100 });
  await delay(2000);
  const { sent, received, answersByMac } = await ping.stop();
  indent(
    `web1 192.0.2.21: ${received} of ${sent} answered (the first waits for ARP), by ${Object.keys(answersByMac).join(' and ')}`,
  );
}

async function demo(keep: boolean, verbose: boolean): Promise<void> {
  const echo = verbose ? (text: string) => process.stdout.write(text) : hostLinePrinter();
  step('the engine');
  const engine = await resolveEngine({ progress: indent });
  indent(engine.note);
  step('a real Xen host');
  const lab = await Lab.start({ hosts: ['xen01'], keep, progress: indent });
  const host = lab.host('xen01');
  const facts = await factsOf(host);
  const project = LabProject.create(engine, { facts, echo });
  try {
    indent(
      `${(await host.check('cat /etc/redhat-release')).trim()}, Xen ${facts.xenVersion}, reached at 127.0.0.1:${host.sshPort}`,
    );
    step('cdktf synth: what a reviewer reads');
    mustSucceed('synth', await project.synth());
    indent(project.treeFile('manifest').replace(/^(\S+) (\S+) .*$/gm, '$2'));
    step('cdktf diff');
    const { output } = mustSucceed('diff', await project.diff());
    indent(/Plan: .*/.exec(output)?.[0] ?? 'no plan');
    step('cdktf deploy');
    mustSucceed('deploy', await project.deploy());
    await showHost(host);
    await showGuests(lab, project);
    await pingGuest(lab);
    step('cdktf diff once more');
    const second = mustSucceed('diff', await project.diff());
    indent(/No changes\..*/.exec(second.output)?.[0] ?? 'there are changes, which there must not be');
    if (!second.output.includes('No changes.')) throw new Error(second.output);
  } finally {
    if (keep) {
      step('the lab stays up');
      indent('log in:  npm run lab:ssh -- xen01\nend it:  npm run lab:down');
      indent(`project: ${project.directory}`);
      lab.detach();
    } else {
      await lab.stop();
      project.remove();
    }
  }
  step('done');
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { keep: { type: 'boolean' }, verbose: { type: 'boolean' } } });
  await demo(values.keep ?? false, values.verbose ?? false);
}

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  console.error(`\n${message}`);
  if (message.includes('Unknown option')) console.error(usage);
  process.exitCode = 1;
});
