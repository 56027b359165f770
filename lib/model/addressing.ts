/** How a guest comes to an address that the stack does not give. Such an address can not be checked. */
export const UNCHECKED = ['dhcp', 'none', 'unknown'] as const;
export type Unchecked = (typeof UNCHECKED)[number];

/** How a guest comes to its address: from the stack, from a DHCP server, not at all, or in a way that is not known. */
export type Addressing = 'static' | Unchecked;
