import { readAddress } from '../model/bridge';
import { NO_OPTIONS, readCall } from './private/props';

/** What an `Address` holds. "None" is said, never left out. */
type AddressValue = { readonly kind: 'none' | 'dhcp' | 'unknown' } | { readonly kind: 'ipv4'; readonly ipv4: string };

/** The IPv4 address of dom0 on a bridge, or of a guest on its interface. */
export class Address {
  /**
   * A fixed IPv4 address; the prefix length is the Lan's.
   *
   * @param address inside the bridge's Lan, as in `192.0.2.10`
   * @returns what the `address` of a bridge or of a guest's interface takes
   * @throws an Error named ValidationError if it is no IPv4 address
   */
  public static ipv4(address: string): Address {
    const words = 'an IPv4 address as in "192.0.2.10"; where dom0 shall have none, say Address.none()';
    return readCall('Address.ipv4()', { address: { value: address, words } }, NO_OPTIONS, () => {
      return new Address({ kind: 'ipv4', ipv4: readAddress('Address.ipv4()', address) });
    });
  }

  /**
   * None. A bridge without one carries guests' traffic only; a guest's interface without one has no IPv4 there.
   *
   * @returns what the `address` of a bridge or of a guest's interface takes
   */
  public static none(): Address {
    return new Address({ kind: 'none' });
  }

  /**
   * A lease of a DHCP server, which follows from the interface's MAC address. Only for guests. It is not known at synth,
   * so it is not checked whether another machine has it; a deploy proves the MAC address alone.
   *
   * @returns what the `address` of a guest's interface takes
   */
  public static dhcp(): Address {
    return new Address({ kind: 'dhcp' });
  }

  /**
   * An address that is set inside the guest and that the stack does not know. It is not checked whether another machine
   * has it; a deploy proves the MAC address alone.
   *
   * @returns what the `address` of a guest's interface takes
   */
  public static unknown(): Address {
    return new Address({ kind: 'unknown' });
  }

  private constructor(
    /** @internal */
    public readonly _value: AddressValue,
  ) {}
}
