import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { Failure, HostAnswer } from '../review/drift';
import { SHELL, STACK_OF_TREE, START } from '../render/runtime-paths';

/** A host to be asked, and the tree that says how. */
export interface Question {
  readonly host: string;
  readonly tree: string;
  /** The program of runtime/deployer that asks, and its words behind the host's name. */
  readonly program: 'observe' | 'facts';
  readonly words: readonly string[];
}

export interface AskOptions {
  /** So many hosts at once. */
  readonly jobs: number;
  /** A host that has not answered by then is given up. */
  readonly timeoutSeconds: number;
  /** Hears after each answer how many there are. */
  readonly onAnswer: (count: number) => void;
  /** Called before a signal ends this program. */
  readonly tidyUp?: () => void;
}

/** A report has a line for each unit and each reason. A host that sends more than this must not fill our memory. */
const MOST_BYTES = 16 * 2 ** 20;
/** The time between asking a child to end and killing it. */
const GRACE_MS = 2000;
const MOST_DETAILS = 20;
const MOST_CHARACTERS = 1000;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Ends a child with all that it has started: each is the first of a process group. */
function signal(child: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, name);
  } catch {
    // All of them have ended meanwhile.
  }
}

function end(child: ChildProcess): void {
  signal(child, 'SIGTERM');
  const timer = setTimeout(() => {
    signal(child, 'SIGKILL');
    // A process that has left the group and still holds the pipes is not waited for.
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, GRACE_MS);
  child.once('close', () => {
    clearTimeout(timer);
  });
}

function linesOf(said: string): string[] {
  return said
    .split('\n')
    .map((line) => line.trim().slice(0, MOST_CHARACTERS))
    .filter((line) => line !== '');
}

/** The programs of runtime/deployer say `HOST: error: MESSAGE`, and before it what ssh said. */
function failureOf(host: string, said: string, otherwise: string): Failure {
  const start = `${host}: error: `;
  const lines = linesOf(said);
  const message = lines.filter((line) => line.startsWith(start)).at(-1);
  const details = lines.filter((line) => line !== message).slice(-MOST_DETAILS);
  return { message: message?.slice(start.length) ?? otherwise, details };
}

function ask(
  { host, tree, program, words }: Question,
  timeoutSeconds: number,
  running: Set<ChildProcess>,
): Promise<HostAnswer> {
  return new Promise((settle) => {
    const child = spawn(SHELL, [join(resolve(tree), STACK_OF_TREE, START), program, host, ...words], {
      env: { ...process.env, CDKTF_XEN_TREE: resolve(tree) },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let givenUp: string | undefined;
    const giveUp = (why: string): void => {
      if (givenUp === undefined) end(child);
      givenUp ??= why;
    };
    const timer = setTimeout(() => {
      giveUp(`has not answered within ${timeoutSeconds} s; --timeout SECONDS gives it longer`);
    }, timeoutSeconds * 1000);
    const said = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    let bytes = 0;
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (data: Buffer) => {
        bytes += data.length;
        if (bytes > MOST_BYTES) giveUp(`answers with more than ${MOST_BYTES / 2 ** 20} MiB`);
        else said[name].push(data);
      });
    }
    const over = (answer: HostAnswer): void => {
      clearTimeout(timer);
      running.delete(child);
      settle(answer);
    };
    child.once('error', (error) => {
      over({ failure: { message: `cannot run ${SHELL}: ${error.message}`, details: [] } });
    });
    child.once('close', (status, by) => {
      const [report, complaint] = [said.stdout, said.stderr].map((parts) => Buffer.concat(parts).toString());
      if (givenUp !== undefined)
        over({ failure: { message: givenUp, details: linesOf(complaint ?? '').slice(-MOST_DETAILS) } });
      else if (status === 0) over({ report: report ?? '' });
      else
        over({
          failure: failureOf(host, complaint ?? '', `${program}.sh ended with ${by ?? `status ${status ?? ''}`}`),
        });
    });
  });
}

/**
 * Asks hosts, several at once, with the runtime beside each host's tree. A signal ends the questions that are running,
 * then this program.
 *
 * @returns an answer for each question, in their order
 */
export async function askHosts(questions: readonly Question[], options: AskOptions): Promise<readonly HostAnswer[]> {
  const answers: HostAnswer[] = [];
  const running = new Set<ChildProcess>();
  let next = 0;
  let answered = 0;
  let stopped: NodeJS.Signals | undefined;
  const stop = (name: NodeJS.Signals): void => {
    // The second signal: the user does not want to wait.
    for (const child of running)
      if (stopped === undefined) end(child);
      else signal(child, 'SIGKILL');
    stopped ??= name;
  };
  const worker = async (): Promise<void> => {
    while (stopped === undefined) {
      const index = next++;
      const question = questions[index];
      if (question === undefined) return;
      answers[index] = await ask(question, options.timeoutSeconds, running);
      options.onAnswer(++answered);
    }
  };
  const leave = (): void => {
    for (const child of running) signal(child, 'SIGTERM');
  };
  for (const name of SIGNALS) process.on(name, stop);
  process.on('exit', leave);
  await Promise.all(Array.from({ length: Math.min(options.jobs, questions.length) }, worker));
  process.off('exit', leave);
  for (const name of SIGNALS) process.off(name, stop);
  if (stopped !== undefined) {
    options.tidyUp?.();
    process.kill(process.pid, stopped);
    // The signal is on its way; nothing more is to be said.
    await new Promise((resolve) => setTimeout(resolve, GRACE_MS));
  }
  return answers;
}
