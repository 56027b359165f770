import { parseArgs } from 'node:util';
import { resolveEngine } from '../engine/engine';
import type { PingStatistics } from '../xen/ping-statistics';
import { type DiaryFigures, keepDiary } from './diary';

const started = performance.now();

function progress(text: string): void {
  console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(7)} s  ${text}`);
}

function row(what: string, { sent, lossPercent, longestGapMs }: PingStatistics): string {
  const loss = `${lossPercent.toFixed(1)} %`.padStart(8);
  return `${what.padEnd(58)}${loss}${`${(longestGapMs / 1000).toFixed(1)} s`.padStart(17)}${String(sent).padStart(8)}`;
}

/** The first line of ours in what a tool printed. */
function firstError(text: string, phrase: RegExp): string {
  return phrase.exec(text)?.[0] ?? text.slice(0, 200);
}

function report(figures: DiaryFigures): string {
  const { before, naive, moves, refusedAtSynth, refusedOnTheWire, forced, copying, original, copy, swap } = figures;
  return [
    `${'pings from a machine outside, ten a second'.padEnd(58)}${'lost'.padStart(8)}${'longest silence'.padStart(17)}${'sent'.padStart(8)}`,
    row('web1 alone', before),
    row('1. web1, beside a copy by hand with its MAC', naive),
    row('2. web1, while the same copy is refused', forced),
    row('   web1, while the proper copy is made from it', copying),
    row('3. web1, beside the proper copy', original),
    row('   the proper copy', copy),
    row('   web1, during its move to the other host', swap),
    '',
    `the switch saw the MAC change its port ${moves} times beside the copy by hand`,
    `at synth:    ${firstError(refusedAtSynth, /vifs\[0\]\.macAddress [^;]*/)}`,
    `on the wire: ${firstError(refusedOnTheWire, /MAC \S+ is in use: .*?(?= if | shut | rack\d+ | xen\d+ domU)/)}`,
  ].join('\n');
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { verbose: { type: 'boolean' } } });
  const engine = await resolveEngine({ progress });
  progress(engine.note);
  const echo = values.verbose === true ? (text: string) => process.stdout.write(text) : undefined;
  console.log(`\n${report(await keepDiary({ engine, progress, echo }))}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
