import { parseArgs } from 'node:util';
import { Report } from './report';

/** Does a benchmark's work between the head and the end of its report; `--quick` is to see that it runs. */
export async function runBench(name: string, work: (report: Report, quick: boolean) => Promise<void>): Promise<void> {
  try {
    const { values } = parseArgs({ options: { quick: { type: 'boolean' } } });
    const quick = values.quick ?? false;
    const report = new Report(name, quick);
    await work(report, quick);
    report.finish();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
