import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { buildImage } from './cache';
import { Lab } from './lab';
import type { LabHost } from './lab-host';

const usage = `usage: cli.ts COMMAND
  build                 build what the hosts boot from, if the cache lacks it
  up [HOST...]          start a lab with these hosts (default: xen01), or add them to the one that runs
  status                what runs, and how to get in
  ssh HOST [COMMAND]    log in to a host, or run a command there
  down                  end the lab
options: --dir DIR      which lab, if several run`;

const started = performance.now();
function say(line: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
  console.log(`${seconds} s  ${line}`);
}

function describe(host: LabHost): string {
  return `${host.name}  ${host.address}  ${host.macAddress}  127.0.0.1:${host.sshPort}  pid ${host.pid}`;
}

async function join(directory: string | undefined): Promise<Lab | undefined> {
  const running = Lab.running();
  if (directory === undefined && running.length > 1)
    throw new Error(`several labs run, choose one by --dir: ${running.join(', ')}`);
  const chosen = directory ?? running[0];
  return chosen === undefined ? undefined : Lab.attach(chosen, say);
}

async function joined(directory: string | undefined): Promise<Lab> {
  const lab = await join(directory);
  if (lab === undefined) throw new Error("no lab is running, start one with 'npm run lab:up'");
  return lab;
}

async function up(hosts: string[], directory: string | undefined): Promise<number> {
  let lab = await join(directory);
  if (lab === undefined) lab = await Lab.start({ hosts, progress: say, keep: true });
  else {
    const present = lab.hosts.map((host) => host.name);
    for (const name of hosts.filter((wanted) => !present.includes(wanted))) await lab.addHost(name);
  }
  say(`the lab is up in ${lab.directory}`);
  for (const host of lab.hosts) console.log(describe(host));
  console.log("log in with 'npm run lab:ssh -- xen01', end it with 'npm run lab:down'");
  lab.detach();
  return 0;
}

async function ssh([name, ...command]: string[], directory: string | undefined): Promise<number> {
  if (name === undefined) throw new Error(`which host?\n${usage}`);
  const lab = await joined(directory);
  const args = lab.host(name).sshArguments;
  lab.detach();
  const terminal = command.length === 0 ? ['-t'] : [];
  return spawnSync('ssh', [...terminal, ...args, ...command], { stdio: 'inherit' }).status ?? 255;
}

async function main(): Promise<number> {
  const [command, ...rest] = process.argv.slice(2);
  // A command for a host has options of its own, which are not ours to read.
  if (command === 'ssh' && rest[0] !== '--dir') return ssh(rest, undefined);
  const { values, positionals } = parseArgs({
    args: rest,
    options: { dir: { type: 'string' } },
    allowPositionals: true,
  });
  switch (command) {
    case 'build': {
      const { directory } = await buildImage(say);
      say(`the build is in ${directory}`);
      return 0;
    }
    case 'up':
      return up(positionals.length === 0 ? ['xen01'] : positionals, values.dir);
    case 'ssh':
      return ssh(positionals, values.dir);
    case 'status': {
      const lab = await join(values.dir);
      if (lab === undefined) console.log('no lab is running');
      else {
        console.log(lab.directory);
        for (const host of lab.hosts) console.log(describe(host));
        lab.detach();
      }
      return 0;
    }
    case 'down': {
      const lab = await join(values.dir);
      if (lab === undefined) console.log('no lab is running');
      else {
        await lab.stop();
        say('the lab has ended');
      }
      return 0;
    }
    default:
      console.error(command === undefined ? usage : `unknown command '${command}'\n${usage}`);
      return 2;
  }
}

void main()
  .catch((error: unknown) => {
    console.error(`lab: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  })
  // An open connection to the lab must not keep a command that is done, or failed, from ending.
  .then((status) => process.exit(status));
