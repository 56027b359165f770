/*
 * Lets the real xl(1) read a guest's configuration on a machine without a hypervisor:
 *
 *   cc -shared -fPIC -O1 -o no-hypervisor.so no-hypervisor.c
 *   LD_PRELOAD=./no-hypervisor.so /usr/lib/xen-4.17/bin/xl create -n FILE
 *
 * Only the dry run `create -n` makes sense with it. Handles open, questions about the machine get the answer of a
 * plain one (8 CPUs, 16 GiB), and everything else fails as it does without Xen. It holds no Xen code: it stands in
 * front of the public calls of libxenctrl and libxenstore.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xenctrl.h>
#include <xenstore.h>

/* The libraries only pass their handles around here, so any piece of zeroed memory will do. */
enum { HANDLE_BYTES = 65536, CPUS = 8, GIB_IN_PAGES = 1 << 18 };

xc_interface *xc_interface_open(xentoollog_logger *logger, xentoollog_logger *dombuild_logger, unsigned flags)
{
    (void)logger, (void)dombuild_logger, (void)flags;
    return calloc(1, HANDLE_BYTES);
}

int xc_interface_close(xc_interface *handle)
{
    free(handle);
    return 0;
}

struct xs_handle *xs_open(unsigned long flags)
{
    (void)flags;
    return calloc(1, HANDLE_BYTES);
}

void xs_close(struct xs_handle *handle)
{
    free(handle);
}

int xc_physinfo(xc_interface *handle, xc_physinfo_t *info)
{
    (void)handle;
    memset(info, 0, sizeof *info);
    info->threads_per_core = 1;
    info->cores_per_socket = info->nr_cpus = CPUS;
    info->max_cpu_id = CPUS - 1;
    info->nr_nodes = 1;
    info->total_pages = info->free_pages = info->max_mfn = 16 * GIB_IN_PAGES;
    info->cpu_khz = 2000000;
    info->capabilities = XEN_SYSCTL_PHYSCAP_pv | XEN_SYSCTL_PHYSCAP_hvm | XEN_SYSCTL_PHYSCAP_hap;
    return 0;
}

int xc_get_max_cpus(xc_interface *handle)
{
    (void)handle;
    return CPUS;
}

int xc_get_online_cpus(xc_interface *handle)
{
    (void)handle;
    return CPUS;
}

int xc_get_max_nodes(xc_interface *handle)
{
    (void)handle;
    return 1;
}

long xc_sharing_freed_pages(xc_interface *handle)
{
    (void)handle;
    errno = ENOSYS;
    return -1;
}

long xc_sharing_used_frames(xc_interface *handle)
{
    (void)handle;
    errno = ENOSYS;
    return -1;
}

int xc_version(xc_interface *handle, int command, void *answer)
{
    (void)handle;
    switch (command) {
    case XENVER_version:
        return 4 << 16;
    case XENVER_pagesize:
        return 4096;
    case XENVER_extraversion:
        strcpy(answer, ".0");
        return 0;
    case XENVER_changeset:
        strcpy(answer, "none");
        return 0;
    case XENVER_capabilities:
        strcpy(answer, "xen-3.0-x86_64 hvm-3.0-x86_64");
        return 0;
    case XENVER_compile_info:
        memset(answer, 0, sizeof(xen_compile_info_t));
        return 0;
    case XENVER_platform_parameters:
        memset(answer, 0, sizeof(xen_platform_parameters_t));
        return 0;
    case XENVER_commandline:
        memset(answer, 0, sizeof(xen_commandline_t));
        return 0;
    case XENVER_build_id:
        errno = ENODATA;
        return -1;
    default:
        errno = ENOSYS;
        return -1;
    }
}
