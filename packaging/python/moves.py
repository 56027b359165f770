"""What the office does not use: enums, a copy, and a guest that moves, with the names that Python has for them."""

import tempfile

from cdktf import App, TerraformStack
from cdktf_xen import (
    Address,
    Boot,
    ChangePolicy,
    DomU,
    Handover,
    Lan,
    MacSpace,
    SshOptions,
    SwitchTimeouts,
    Uplink,
    VifOptions,
    XenHost,
)

# Public keys only; hosts may not share one.
KEYS = [
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICMp3+twdurku4cLIH29eEjVjiiMRFIqT3zBQGdP7NRA",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICMp3+twdurku4cLIH29eEjVjiiMRFIqT3zBQGdP7NRB",
]
outdir = tempfile.TemporaryDirectory()
app = App(outdir=outdir.name)
lan = Lan(app, "lan0", cidr="192.0.2.0/24", mac_space=MacSpace.LOCALLY_ADMINISTERED)
stack = TerraformStack(app, "rack")


def bridge(number: int):
    address = f"192.0.2.{10 + number}"
    ssh = SshOptions(address=address, host_keys=[KEYS[number]])
    host = XenHost(stack, f"xen{number}", ssh=ssh, memory_mib=2048)
    return host.add_bridge(
        "xenbr0",
        lan=lan,
        uplink=Uplink.nic("eth0", f"52:54:00:aa:00:0{number}"),
        address=Address.ipv4(address),
        timeouts=SwitchTimeouts(verify_seconds=60),
    )


def guest(on, **options):
    vifs = [VifOptions(bridge=on, address="192.0.2.21")]
    return on.host.add_guest("web1", memory_mib=64, boot=Boot.kernel("/boot/vmlinuz"), vifs=vifs, **options)


first, second = bridge(0), bridge(1)
old = guest(first, running=False, autostart=False)
new = guest(second, on_change=ChangePolicy.NEXT_BOOT)
Handover(stack, "web1-moves", source=old, target=new)
copy = DomU.copy_of(new, name="web1-test", vifs=[VifOptions(bridge=second, address="192.0.2.31")])
app.synth()

if old.vifs[0].mac_address != new.vifs[0].mac_address:
    raise SystemExit("a guest that moves keeps its MAC")
if copy.vifs[0].mac_address == new.vifs[0].mac_address:
    raise SystemExit("a copy has a MAC of its own")
if (copy.host.name, copy.name) != ("xen1", "web1-test"):
    raise SystemExit("a copy is on its original's host, under its own name")
print("a guest moves with its MAC, a copy gets another")
