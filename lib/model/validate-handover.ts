import type { DomUModel } from './domu';
import type { Described, Estate, Finding, HostContents } from './estate';
import type { HandoverModel } from './handover';

interface Place {
  readonly host: HostContents;
  readonly guest: Described<DomUModel>;
}

function placesOf(estate: Estate): ReadonlyMap<string, Place> {
  return new Map(estate.hosts.flatMap((host) => host.guests.map((guest) => [guest.path, { host, guest }] as const)));
}

function macsOf({ guest }: Place): readonly string[] {
  return guest.model.vifs.map((vif) => vif.macAddress);
}

function problems(source: Place, target: Place): string[] {
  const { model } = source.guest;
  const found: string[] = [];
  if (source.host === target.host) {
    found.push(`both guests are on host '${source.host.model.name}'; a guest that stays where it is needs no handover`);
  }
  if (!macsOf(source).some((mac) => macsOf(target).includes(mac))) {
    found.push(
      `guests '${model.name}' and '${target.guest.model.name}' share no MAC, so nothing is handed over; ` +
        "a guest that moves keeps its name, a rehearsal's copy needs no handover",
    );
  }
  const still = [...(model.autostart ? ['autostart: false'] : []), ...(model.running ? ['running: false'] : [])];
  if (still.length > 0) {
    found.push(
      `domU '${model.name}' of host '${source.host.model.name}' hands over and is still described as living; set its ${still.join(' and ')}`,
    );
  }
  return found;
}

/** The rules of every handover: it must make sense, and the guest that leaves must be described as down. */
export function handoverFindings(estate: Estate): Finding[] {
  const { handovers = [] } = estate;
  if (handovers.length === 0) return [];
  const places = placesOf(estate);
  return handovers.flatMap(({ path, model }) => {
    const [source, target] = [places.get(model.source), places.get(model.target)];
    if (source === undefined || target === undefined) return [];
    return problems(source, target).map((message) => ({ path, message }));
  });
}

/**
 * The members of a group that share a MAC or an address wrongly. Two guests of one handover count as one guest.
 *
 * @param group the members that share it
 */
export function withoutHandedOver<T extends { readonly path: string }>(
  group: readonly T[],
  handovers: readonly Described<HandoverModel>[],
): readonly T[] {
  if (handovers.length === 0) return group;
  const paths = new Set(group.map((member) => member.path));
  const gone = new Set(handovers.filter(({ model }) => paths.has(model.target)).map(({ model }) => model.source));
  return group.filter((member) => !gone.has(member.path));
}
