import { parseArgs } from 'node:util';
import { Report } from './report';
import type { BenchName } from './rows';

/**
 * Does a benchmark's work between the head and the end of its report; `--smoke` is to see that it runs, in fewest rounds
 * and smallest sizes. It fails where something did not run or compare like with like, never for a goal that was missed.
 */
export async function runBench(
  name: BenchName,
  work: (report: Report, smoke: boolean) => Promise<void>,
): Promise<void> {
  try {
    const { values } = parseArgs({ options: { smoke: { type: 'boolean' } } });
    const smoke = values.smoke ?? false;
    const report = new Report(name, smoke);
    await work(report, smoke);
    report.finish();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
