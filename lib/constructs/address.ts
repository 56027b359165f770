/** dom0's own address on a bridge. */
export class Address {
  /**
   * A fixed IPv4 address; the prefix length is the Lan's.
   *
   * @param address inside the bridge's Lan, as in `192.0.2.10`
   */
  public static static(address: string): Address {
    return new Address(address);
  }

  /** None: the bridge carries guests' traffic only. */
  public static none(): Address {
    return new Address(undefined);
  }

  private constructor(
    /** @internal */
    public readonly _ipv4: string | undefined,
  ) {}
}
