/**
 * The programs that the deployer's side may start, each with the options that every kind of machine has: Debian, Alpine
 * (busybox), macOS. What is not here is missing somewhere, as sha256sum, timeout, setsid, stat -c or sed -i on macOS.
 */
export const DEPLOYER_PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  awk: ['-v'],
  cat: [],
  cut: ['-d', '-f'],
  // Whose a folder is and who may enter it: macOS has no stat -c.
  ln: ['-s'],
  ls: ['-ld'],
  mkdir: ['-m', '-p'],
  mkfifo: [],
  // Always with a template: macOS makes no name of its own under TMPDIR.
  mktemp: ['-d'],
  mv: [],
  rm: ['-f', '-rf'],
  sed: [],
  sh: ['-c'],
  // Parts of a second, too.
  sleep: [],
  sort: ['-u'],
  ssh: ['-F', '-N', '-O', '-f', '-o'],
  // Which one it is: deployer/pack.sh.
  tar: ['--version', '-chf', '-C', '--'],
  tr: [],
};
