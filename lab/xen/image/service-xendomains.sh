#!/bin/bash
# chkconfig: 345 99 00
# description: Start and stop the guests of /etc/xen/auto
# Xen's own script, as the Xen packages for EL6 install it; Debian replaces it by another that behaves differently.
# It is no part of CentOS 6: where dom0's programs are strict, it gets the real ones.
export PATH=/.strict/real:$PATH
exec @XEN@/bin/xendomains "$@"
