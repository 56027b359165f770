/** What Xen does when a guest powers off, reboots or crashes. */
export enum LifecycleAction {
  /** The domain ends. */
  DESTROY = 'destroy',
  /** A new domain with the same configuration starts. */
  RESTART = 'restart',
  /** As restart, and the old domain stays for inspection under another name. */
  RENAME_RESTART = 'rename-restart',
  /** The domain stays for inspection. */
  PRESERVE = 'preserve',
  /** Its memory is written to /var/xen/dump, then the domain ends. */
  COREDUMP_DESTROY = 'coredump-destroy',
  /** Its memory is written to /var/xen/dump, then a new domain starts. */
  COREDUMP_RESTART = 'coredump-restart',
}

/** What a deploy does with a change of a guest that runs. */
export enum ChangePolicy {
  /**
   * Gives the running guest what Xen can give it: memory up to its maxmem, fewer vcpus, further vifs and disks. The rest
   * waits for the guest's next boot.
   */
  LIVE = 'live',
  /** Everything waits for the guest's next boot; a reboot from inside counts too. */
  NEXT_BOOT = 'next-boot',
  /**
   * As live. If anything would have to wait, the same deploy shuts the guest down cleanly and starts it anew. Under no
   * other policy does a deploy ever restart a guest.
   */
  RESTART = 'restart',
}

/** What becomes of a guest that leaves the stack, or whose stack is destroyed. Its disks are never touched. */
export enum RemovalPolicy {
  /** It stays as it is, running or not, and is no longer looked after. */
  RETAIN = 'retain',
  /** It is shut down cleanly, no longer starts with the host, and its configuration is set aside. */
  SHUT_DOWN = 'shut-down',
  /** As shut down, but its domain is ended at once, as by pulling the plug. */
  DESTROY = 'destroy',
}
