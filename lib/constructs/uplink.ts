import { type UplinkInput, readUplink } from '../model/bridge';
import { NO_OPTIONS, readCall } from './private/props';

/** What an `Uplink` holds. "None" is said, never left out. */
type UplinkValue = { readonly kind: 'none' } | { readonly kind: 'nic'; readonly nic: UplinkInput };

/** The way out of a bridge. */
export class Uplink {
  /**
   * A physical interface becomes a port of the bridge; its address moves to the bridge.
   *
   * @param device the interface's name, as in `eth0`
   * @param macAddress its MAC address, as in `52:54:00:12:34:56`; the host is asked for it before anything changes. A
   *   wrong one would leave the host off the network, since initscripts ignore an interface whose HWADDR differs
   * @returns what the bridge's `uplink` takes
   * @throws an Error named ValidationError if one of them is wrong
   */
  public static nic(device: string, macAddress: string): Uplink {
    const args = {
      device: {
        value: device,
        words: 'a physical interface as in "eth0"; for a bridge without one, say Uplink.none()',
      },
      macAddress: { value: macAddress, words: "that interface's MAC address, as `ip link` shows it on the host" },
    };
    return readCall('Uplink.nic()', args, NO_OPTIONS, () => {
      return new Uplink({ kind: 'nic', nic: readUplink('Uplink.nic()', { device, macAddress }) });
    });
  }

  /**
   * The same, known by its name alone, as half of all hosts have it: no `HWADDR` in its file. Which interface bears the
   * name is the host's own matter (udev), and a card that is replaced keeps it. A deploy says which MAC it has.
   *
   * @param device the interface's name, as in `eth0`
   * @returns what the bridge's `uplink` takes
   * @throws an Error named ValidationError if it is no name of a physical interface
   */
  public static nicByName(device: string): Uplink {
    const words = 'a physical interface as in "eth0"; for a bridge without one, say Uplink.none()';
    return readCall('Uplink.nicByName()', { device: { value: device, words } }, NO_OPTIONS, () => {
      return new Uplink({
        kind: 'nic',
        nic: { ...readUplink('Uplink.nicByName()', { device, byName: true }), byName: true },
      });
    });
  }

  /**
   * No way out: a host-only bridge, for guests that talk among themselves and with dom0.
   *
   * @returns what the bridge's `uplink` takes
   */
  public static none(): Uplink {
    return new Uplink({ kind: 'none' });
  }

  private constructor(
    /** @internal */
    public readonly _value: UplinkValue,
  ) {}
}
