/** Files that know each other in a circle, those of one circle together. */
export function circlesOf(files: readonly string[], next: (file: string) => readonly string[]): readonly string[][] {
  const reached = new Map<string, Set<string>>();
  const visit = (file: string, seen: Set<string>): Set<string> => {
    for (const other of next(file)) if (!seen.has(other)) visit(other, seen.add(other));
    return seen;
  };
  for (const file of files) reached.set(file, visit(file, new Set()));
  const together = files
    .filter((file) => reached.get(file)?.has(file))
    .map((file) => files.filter((other) => reached.get(file)?.has(other) && reached.get(other)?.has(file)).sort());
  return [...new Map(together.map((circle) => [circle.join(' '), circle])).values()];
}
