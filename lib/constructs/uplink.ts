import type { UplinkInput } from '../model/bridge';

/** The way out of a bridge. */
export class Uplink {
  /**
   * A physical interface becomes a port of the bridge; its address moves to the bridge.
   *
   * @param device the interface's name, as in `eth0`
   * @param macAddress its MAC address, which the host is asked for before anything changes: a wrong one would leave
   *   the host off the network, since initscripts ignore an interface whose HWADDR differs
   */
  public static nic(device: string, macAddress: string): Uplink {
    return new Uplink({ device, macAddress });
  }

  /** No way out: a host-only bridge, for guests that talk among themselves and with dom0. */
  public static none(): Uplink {
    return new Uplink(undefined);
  }

  private constructor(
    /** @internal */
    public readonly _input: UplinkInput | undefined,
  ) {}
}
