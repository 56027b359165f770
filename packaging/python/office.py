"""The office of stacks/office.ts and its app of main.ts, written again in Python.

Both have to synthesize the same files: packaging/python.sh compares them.
"""

from cdktf import App, LocalBackend, TerraformStack
from cdktf_xen import Address, Boot, Disk, Lan, SshOptions, Uplink, VifOptions, XenHost
from constructs import Construct


class OfficeStack(TerraformStack):
    """One CentOS 6 host with Xen 4, a bridge, and the two servers that moved there from CentOS 5."""

    def __init__(self, scope: Construct, id: str, *, lan: Lan) -> None:
        super().__init__(scope, id)
        # Relative, so that the synthesized stack is the same on every machine; it lies beside cdktf.json.
        LocalBackend(self, path=f"../../../terraform.{id}.tfstate")

        xen01 = XenHost(
            self,
            "xen01",
            ssh=SshOptions(
                address="192.0.2.10",
                host_keys=["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICMp3+twdurku4cLIH29eEjVjiiMRFIqT3zBQGdP7NRA"],
            ),
            memory_mib=8192,
            dom0_memory_mib=1024,
            xen_version="4.6",
        )
        xenbr0 = xen01.add_bridge(
            "xenbr0",
            lan=lan,
            uplink=Uplink.nic("eth0", "52:54:00:12:34:56"),
            address=Address.ipv4("192.0.2.10"),
        )
        self.web1 = xen01.add_guest(
            "web1",
            memory_mib=2048,
            vcpus=2,
            boot=Boot.pygrub(),
            disks=[Disk.lvm("vg0/web1")],
            vifs=[VifOptions(bridge=xenbr0, address="192.0.2.21")],
        )
        self.intern1 = xen01.add_guest(
            "intern1",
            memory_mib=1024,
            boot=Boot.pygrub(),
            disks=[Disk.lvm("vg0/intern1")],
            vifs=[VifOptions(bridge=xenbr0, address="192.0.2.22")],
        )


app = App()
lan0 = Lan(
    app,
    "lan0",
    cidr="192.0.2.0/24",
    gateway="192.0.2.1",
    nameservers=["192.0.2.53"],
)
office = OfficeStack(app, "office", lan=lan0)
app.synth()
print("web1 will have", office.web1.vifs[0].mac_address)
