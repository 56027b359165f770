/** One kind of drift: what somebody does to the host by hand, and what the next plan has to say. */
export interface Kind {
  readonly name: string;
  /** What is typed on the host; `$id` is web1's domain. */
  readonly drift: string;
  /** The unit concerned; no other may be replaced. */
  readonly unit: string;
  readonly reason: RegExp;
  /**
   * Where a deploy must not mend it by itself, for that would be somebody else's file or guest: what its refusal says,
   * and what is typed then. A deploy after that ends the matter.
   */
  readonly refusal?: { readonly phrase: string; readonly cure: string };
}

const SCRIPTS = '/etc/sysconfig/network-scripts';

/** Foreign files that are not ours to take away. */
function foreign(name: string, file: string, text: string, reason: RegExp, phrase: string): Kind {
  const drift = `printf '${text}' >${file}`;
  return { name, drift, unit: 'bridge-xenbr0', reason, refusal: { phrase, cure: `mv ${file} ${file}.bak` } };
}

export const KINDS: readonly Kind[] = [
  {
    name: 'a key of the bridge file edited',
    drift: `sed -i 's/^GATEWAY=.*/GATEWAY="192.0.2.9"/' ${SCRIPTS}/ifcfg-xenbr0`,
    unit: 'bridge-xenbr0',
    reason: /ifcfg-xenbr0: GATEWAY was changed/,
  },
  {
    name: 'the uplink file gone',
    drift: `rm ${SCRIPTS}/ifcfg-eth0`,
    unit: 'bridge-xenbr0',
    reason: /ifcfg-eth0: is gone/,
  },
  {
    name: "the uplink file's mode",
    drift: `chmod 600 ${SCRIPTS}/ifcfg-eth0`,
    unit: 'bridge-xenbr0',
    reason: /ifcfg-eth0: has mode and owner 0600/,
  },
  {
    name: 'a key of ours in a system file',
    drift: "sed -i 's/^GATEWAYDEV=.*/GATEWAYDEV=eth0/' /etc/sysconfig/network",
    unit: 'bridge-xenbr0',
    reason: /\/etc\/sysconfig\/network: GATEWAYDEV was changed/,
  },
  {
    name: 'a second address on the uplink',
    drift: 'ip addr add 192.0.2.77/24 dev eth0',
    unit: 'bridge-xenbr0',
    reason: /eth0 has address 192\.0\.2\.77\/24, which nobody promised/,
    refusal: {
      phrase: 'eth0 has address 192.0.2.77/24, which nothing brings back after the switch',
      cure: 'ip addr del 192.0.2.77/24 dev eth0',
    },
  },
  {
    name: 'the MTU',
    drift: 'ip link set xenbr0 mtu 1400',
    unit: 'bridge-xenbr0',
    reason: /xenbr0 has mtu 1400, not 1500/,
  },
  { name: 'STP on', drift: 'brctl stp xenbr0 on', unit: 'bridge-xenbr0', reason: /xenbr0 has STP on, not off/ },
  {
    name: 'the forward delay',
    drift: 'brctl stp xenbr0 on; brctl setfd xenbr0 9; brctl stp xenbr0 off',
    unit: 'bridge-xenbr0',
    reason: /xenbr0 has a forward delay of 9 s/,
  },
  {
    name: 'the default route gone',
    drift: 'ip route del default',
    unit: 'bridge-xenbr0',
    reason: /there is no default route, it must be via 192\.0\.2\.1 dev xenbr0/,
  },
  {
    name: 'a bridge gone',
    drift: 'ip link set xenbr1 down; brctl delbr xenbr1',
    unit: 'bridge-xenbr1',
    reason: /bridge xenbr1 does not exist/,
  },
  { name: 'a bridge down', drift: 'ip link set xenbr1 down', unit: 'bridge-xenbr1', reason: /xenbr1 is down/ },
  {
    name: 'a key of sysctl.conf',
    drift: "sed -i 's/^net.bridge.bridge-nf-call-iptables.*/net.bridge.bridge-nf-call-iptables = 1/' /etc/sysctl.conf",
    unit: 'host',
    reason: /sysctl\.conf: net\.bridge\.bridge-nf-call-iptables was changed/,
  },
  {
    name: 'a key of xl.conf',
    drift: "sed -i '/^autoballoon/d' /etc/xen/xl.conf",
    unit: 'host',
    reason: /xl\.conf: autoballoon is not set any longer/,
  },
  {
    name: 'xendomains saves guests again',
    drift: "sed -i 's,^XENDOMAINS_SAVE=.*,XENDOMAINS_SAVE=/var/lib/xen/save,' /etc/sysconfig/xendomains",
    unit: 'host',
    reason: /xendomains: XENDOMAINS_SAVE was changed/,
  },
  {
    name: "a guest's file edited",
    drift: "sed -i 's/^memory = .*/memory = 128/' /etc/xen/web1",
    unit: 'domU-web1',
    reason: /\/etc\/xen\/web1: memory was changed/,
  },
  { name: "a guest's file gone", drift: 'rm /etc/xen/web1', unit: 'domU-web1', reason: /\/etc\/xen\/web1: is gone/ },
  {
    name: 'a guest that no longer starts with the host',
    drift: 'rm /etc/xen/auto/web1',
    unit: 'domU-web1',
    reason: /does not start with the host/,
  },
  {
    name: 'a guest that starts with the host and should not',
    drift: 'ln -s /etc/xen/spare /etc/xen/auto/spare',
    unit: 'domU-spare',
    reason: /starts with the host \(\/etc\/xen\/auto\/spare is there\)/,
  },
  { name: 'a guest shut down', drift: 'xl shutdown -w web1', unit: 'domU-web1', reason: /does not run/ },
  {
    name: 'memory set by hand',
    drift: 'xl mem-set web1 80',
    unit: 'domU-web1',
    reason: /has 80 MiB of memory, not 96/,
  },
  { name: 'vcpus set by hand', drift: 'xl vcpu-set web1 1; sleep 3', unit: 'domU-web1', reason: /has 1 vcpus, not 2/ },
  {
    name: 'a vif attached by hand',
    drift: 'xl network-attach web1 mac=00:16:3e:00:00:77 bridge=xenbr1',
    unit: 'domU-web1',
    reason: /web1 has a vif 1 with MAC 00:16:3e:00:00:77/,
  },
  {
    name: 'a vif on another bridge',
    drift: 'brctl delif xenbr0 vif$id.0; brctl addif xenbr1 vif$id.0',
    unit: 'domU-web1',
    reason: /its vif 0 is not on xenbr0/,
  },
  {
    name: "another MAC on a guest's disk",
    drift:
      'mkdir -p /mnt && mount /dev/vg0/spare /mnt && sed -i s/^HWADDR=.*/HWADDR=00:16:3E:11:22:33/ /mnt/etc/sysconfig/network-scripts/ifcfg-eth0; umount /mnt',
    unit: 'domU-spare',
    reason: /on its disk, \/etc\/sysconfig\/network-scripts\/ifcfg-eth0: HWADDR was changed/,
  },
  {
    name: 'a guest paused',
    drift: 'xl pause web1',
    unit: 'domU-web1',
    reason: /is paused, not running/,
    refusal: { phrase: 'the guest is paused', cure: 'xl unpause web1' },
  },
  {
    name: 'a guest saved',
    drift: 'xl save web1 /var/lib/xen/save/web1',
    unit: 'domU-web1',
    reason: /lies saved in \/var\/lib\/xen\/save\/web1/,
    refusal: {
      phrase: 'the guest lies saved in /var/lib/xen/save/web1',
      cure: 'xl restore /var/lib/xen/save/web1 && rm /var/lib/xen/save/web1',
    },
  },
  {
    name: 'a guest started with another MAC',
    drift:
      'xl shutdown -w web1; while xl domid web1; do sleep 0.5; done; sed s/mac=..:..:..:..:..:../mac=00:16:3e:00:00:99/ /etc/xen/web1 >/root/web1; xl create -q /root/web1',
    unit: 'domU-web1',
    reason: /vif 0 has MAC 00:16:3e:00:00:99, not/,
    refusal: { phrase: 'runs with MAC 00:16:3e:00:00:99 on vif 0', cure: 'xl shutdown -w web1' },
  },
  foreign(
    'a backup copy that initscripts would start',
    `${SCRIPTS}/ifcfg-eth0.20150301`,
    'DEVICE=eth0\\nONBOOT=yes\\nIPADDR=192.0.2.10\\n',
    /ifcfg-eth0\.20150301 also describes eth0/,
    'ifcfg-eth0.20150301 also describes eth0',
  ),
  {
    name: 'a second default gateway',
    drift: `printf 'DEVICE=eth9\\nONBOOT=yes\\nGATEWAY=192.0.2.254\\n' >${SCRIPTS}/ifcfg-eth9`,
    unit: 'bridge-xenbr0',
    reason: /ifcfg-eth9 names a second default gateway/,
    refusal: { phrase: 'ifcfg-eth9 names a second default gateway', cure: `rm ${SCRIPTS}/ifcfg-eth9` },
  },
  {
    name: "Xen 3's bridge script",
    drift: "printf '(network-script network-bridge)\\n' >/etc/xen/xend-config.sxp",
    unit: 'bridge-xenbr0',
    reason: /xend-config\.sxp still runs the bridge script of Xen 3/,
    refusal: { phrase: 'still runs the bridge script of Xen 3', cure: 'rm /etc/xen/xend-config.sxp' },
  },
];
