#!/bin/bash
# chkconfig: 345 99 00
# description: Start and stop the guests of /etc/xen/auto
# Xen's own script, as the Xen packages for EL6 install it; Debian replaces it by another that behaves differently.
exec @XEN@/bin/xendomains "$@"
