"""What is wrong is refused in Python as it is in TypeScript, with the value got and the cure."""

import tempfile

from cdktf import App, TerraformStack
from cdktf_xen import Address, Boot, GuestIdentity, GuestRoot, GuestSystem, Lan, SshOptions, Uplink, XenHost

outdir = tempfile.TemporaryDirectory()
app = App(outdir=outdir.name)
lan = Lan(app, "lan0", cidr="192.0.2.0/24")
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICMp3+twdurku4cLIH29eEjVjiiMRFIqT3zBQGdP7NRA"
xen01 = XenHost(
    TerraformStack(app, "office"),
    "xen01",
    ssh=SshOptions(address="192.0.2.10", host_keys=[KEY]),
    memory_mib=1024,
)

CASES = [
    (lambda: Address.ipv4("xen01"), 'must be an IPv4 address as in "192.0.2.10", got "xen01"'),
    (lambda: Lan(app, "lan1", cidr="192.0.2.1/24"), 'did you mean "192.0.2.0/24"?'),
    (
        lambda: xen01.add_bridge("xenbr0", lan=lan, uplink=Uplink.none(), address=Address.none(), mtu=1),
        "mtu must be a whole number from 576 to 9216, got 1",
    ),
    (
        lambda: xen01.add_guest(
            "web1",
            memory_mib=64,
            boot=Boot.kernel("/boot/vmlinuz"),
            identity=GuestIdentity(system=GuestSystem.CENTOS_6, root=GuestRoot.partition(1)),
        ),
        "identity.rootDisk 0 is no disk of the guest, it has 0",
    ),
]

for give, expected in CASES:
    try:
        give()
    except RuntimeError as error:
        if expected not in str(error):
            raise SystemExit(f"expected {expected!r} in: {error}") from error
    else:
        raise SystemExit(f"was taken, expected: {expected}")
print(f"{len(CASES)} wrong values are refused in words")
