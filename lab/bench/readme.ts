/** Writes the README's table "How fast" from what the last run of all benchmarks has left in bench-results/. */
import { writeReadme } from './readme-file';

writeReadme();
