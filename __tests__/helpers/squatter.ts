import type { LabHost } from '../../lab/xen/lab-host';

/** Starts a guest on a host by hand, as somebody would who does not use this tool. */
export async function startSquatter(other: LabHost, vif: string, address: string): Promise<void> {
  await other.check(
    `[ -d /sys/class/net/xenbr0 ] || { brctl addbr xenbr0 && brctl setfd xenbr0 0 && ip link set xenbr0 up && brctl addif xenbr0 eth0 &&
     ip addr flush dev eth0 && ip addr add 192.0.2.11/24 dev xenbr0 && ip route add default via 192.0.2.1; }`,
  );
  const lines = [
    'name = "squatter"',
    'memory = 96',
    'kernel = "/boot/guest/vmlinux"',
    'ramdisk = "/boot/guest/initrd.img"',
    `extra = "console=hvc0 mitigations=off quiet guest.name=squatter guest.ip=${address}/24 guest.gw=192.0.2.1"`,
    `vif = [ "${vif}" ]`,
  ];
  await other.check(`printf '%s\\n' '${lines.join("' '")}' > /root/squatter && xl create -q /root/squatter`, {
    timeoutSeconds: 300,
  });
}
