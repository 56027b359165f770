/** Runs tasks, so many at a time. Most of their time is waiting. */
export async function pool<T>(tasks: readonly T[], width: number, run: (task: T) => Promise<void>): Promise<void> {
  const queue = [...tasks];
  const worker = async (): Promise<void> => {
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) await run(task);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
