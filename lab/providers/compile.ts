/**
 * Turns the TypeScript of plugin/ into plain JavaScript that Node runs by itself: a provider process starts several
 * times per engine run, so it may neither compile anything nor load a package.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = join(__dirname, 'plugin');
const SCHEMA = join(__dirname, 'schema.json');

function sourceFiles(): string[] {
  return readdirSync(SOURCES)
    .filter((name) => name.endsWith('.ts'))
    .sort();
}

/** Names the sources as they are now: another name, another build. */
export function sourceKey(): string {
  const hash = createHash('sha256');
  for (const name of sourceFiles())
    hash
      .update(name)
      .update('\0')
      .update(readFileSync(join(SOURCES, name)))
      .update('\0');
  return hash.update(readFileSync(SCHEMA)).digest('hex').slice(0, 16);
}

/** Writes plugin/*.js and schema.json below the directory. */
export async function compilePlugin(directory: string): Promise<void> {
  // The compiler is large: it is loaded only where there is something to compile.
  const { default: ts } = await import('typescript');
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS };
  mkdirSync(join(directory, 'plugin'), { recursive: true });
  for (const name of sourceFiles()) {
    const { outputText } = ts.transpileModule(readFileSync(join(SOURCES, name), 'utf8'), {
      compilerOptions,
      fileName: name,
    });
    writeFileSync(join(directory, 'plugin', name.replace(/\.ts$/, '.js')), outputText);
  }
  writeFileSync(join(directory, 'schema.json'), readFileSync(SCHEMA));
}
