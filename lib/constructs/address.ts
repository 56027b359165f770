import { readAddress } from '../model/bridge';
import { NO_OPTIONS, readCall } from './private/props';

/** What an `Address` holds. "None" is said, never left out. */
type AddressValue = { readonly kind: 'none' } | { readonly kind: 'ipv4'; readonly ipv4: string };

/** dom0's own address on a bridge. */
export class Address {
  /**
   * A fixed IPv4 address; the prefix length is the Lan's.
   *
   * @param address inside the bridge's Lan, as in `192.0.2.10`
   * @returns what the bridge's `address` takes
   * @throws an Error named ValidationError if it is no IPv4 address
   */
  public static ipv4(address: string): Address {
    const words = 'an IPv4 address as in "192.0.2.10"; where dom0 shall have none, say Address.none()';
    return readCall('Address.ipv4()', { address: { value: address, words } }, NO_OPTIONS, () => {
      return new Address({ kind: 'ipv4', ipv4: readAddress('Address.ipv4()', address) });
    });
  }

  /**
   * None: the bridge carries guests' traffic only.
   *
   * @returns what the bridge's `address` takes
   */
  public static none(): Address {
    return new Address({ kind: 'none' });
  }

  private constructor(
    /** @internal */
    public readonly _value: AddressValue,
  ) {}
}
