import { Checklist } from './errors';
import { flag, list, oneOf, whenOmitted } from './fields';
import { type Ipv4Network, hostRange, ipv4Address, ipv4Network, isHostAddress } from './ipv4';
import type { MacSpace } from './mac-address';
import { lanName } from './names';
import { show } from './show';

/** One layer-2 domain. */
export interface LanModel {
  readonly name: string;
  readonly network: Ipv4Network;
  readonly gateway: string | undefined;
  readonly nameservers: readonly string[];
  readonly reservedAddresses: readonly string[];
  readonly macSpace: MacSpace;
  /** Nothing joins it with another Lan: another Lan may have the same MAC and IP addresses. */
  readonly isolated: boolean;
}

/** What a Lan is made of, as given. */
export interface LanInput {
  readonly name: string;
  readonly cidr: string;
  readonly gateway?: string;
  readonly nameservers?: readonly string[];
  readonly reservedAddresses?: readonly string[];
  readonly macSpace?: string;
  readonly isolated?: boolean;
}

/** @throws ValidationError with every problem of the Lan */
export function defineLan(input: LanInput): LanModel {
  const check = new Checklist(`lan ${show(input.name)}`);
  const name = check.field(() => lanName(input.name));
  const network = check.field(() => ipv4Network('cidr', input.cidr));
  const gateway = check.field(() => (input.gateway === undefined ? undefined : ipv4Address('gateway', input.gateway)));
  const nameservers = check.field(() =>
    list('nameservers', whenOmitted(input.nameservers, []), (value, field) => ipv4Address(field, value)),
  );
  const reservedAddresses = check.field(() =>
    list('reservedAddresses', whenOmitted(input.reservedAddresses, []), (value, field) => ipv4Address(field, value)),
  );
  const macSpace = check.field(() =>
    oneOf<MacSpace>('macSpace', whenOmitted(input.macSpace, 'xen'), ['xen', 'locallyAdministered']),
  );
  const isolated = check.field(() => flag('isolated', whenOmitted(input.isolated, false)));
  if (check.clean) {
    if (gateway !== undefined && !isHostAddress(network, gateway)) {
      check.problem(`gateway ${gateway} is not inside ${network.cidr} (${hostRange(network)})`);
    }
    for (const address of reservedAddresses) {
      if (!isHostAddress(network, address)) {
        check.problem(`reserved address ${address} is not inside ${network.cidr} (${hostRange(network)})`);
      }
    }
    if (nameservers.length > 2) {
      check.problem(
        `nameservers has ${nameservers.length} entries; CentOS 6 writes DNS1 and DNS2 only, name at most 2`,
      );
    }
  }
  check.done();
  return Object.freeze({ name, network, gateway, nameservers, reservedAddresses, macSpace, isolated });
}
