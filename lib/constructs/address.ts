import { readAddress } from '../model/bridge';
import { NO_OPTIONS, readCall } from './private/props';

/** What an `Address` holds: none is said, never left out. */
type AddressValue = { readonly kind: 'none' } | { readonly kind: 'static'; readonly ipv4: string };

/** dom0's own address on a bridge. */
export class Address {
  /**
   * A fixed IPv4 address; the prefix length is the Lan's.
   *
   * @param address inside the bridge's Lan, as in `192.0.2.10`
   * @throws ValidationError where it is none
   */
  public static static(address: string): Address {
    const words = 'an IPv4 address as in "192.0.2.10"; where dom0 shall have none, say Address.none()';
    return readCall('Address.static()', { address: { value: address, words } }, NO_OPTIONS, () => {
      return new Address({ kind: 'static', ipv4: readAddress('Address.static()', address) });
    });
  }

  /** None: the bridge carries guests' traffic only. */
  public static none(): Address {
    return new Address({ kind: 'none' });
  }

  private constructor(
    /** @internal */
    public readonly _value: AddressValue,
  ) {}
}
