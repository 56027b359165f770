export { Address } from './constructs/address';
export { Boot, type KernelBootOptions } from './constructs/boot';
export { Bridge, type BridgeOptions, type BridgeProps, type SwitchTimeouts } from './constructs/bridge';
export { Disk, type DiskOptions } from './constructs/disk';
export { DomU, type DomUOptions, type DomUProps, LifecycleAction, type Vif, type VifOptions } from './constructs/domu';
export { Lan, type LanProps, MacSpace } from './constructs/lan';
export { Uplink } from './constructs/uplink';
export { type SshOptions, XenHost, type XenHostProps } from './constructs/xen-host';
export { ValidationError } from './model/errors';
