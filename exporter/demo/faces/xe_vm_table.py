"""Fields of a VM; xe_fields.py tells what the columns mean."""

VM = """
uuid
name-label              w
name-description        w
user-version            w
is-a-template           w
is-default-template     w    7.0
is-a-snapshot
snapshot-of
snapshots
snapshot-time
transportable-snapshot-id  H
snapshot-info
parent
children
is-control-domain
power-state             l
memory-actual           .    .     metrics.memory_actual
memory-target           E
memory-overhead
memory-static-max       w
memory-dynamic-max      w
memory-dynamic-min      w
memory-static-min       w
suspend-VDI-uuid        w    .     suspend_VDI
suspend-SR-uuid         w    .     suspend_SR
VCPUs-params            ma
VCPUs-max               w
VCPUs-at-startup        w
actions-after-shutdown  wC
actions-after-softreboot  w  8.3
actions-after-reboot    wC
actions-after-crash     wC
console-uuids           s    .     consoles
hvm                     .    7.0   metrics.hvm
nomigrate               H    7.0   metrics.nomigrate
nested-virt             H    7.0   metrics.nested_virt
platform                ma
allowed-operations      s
current-operations      so
blocked-operations      ma
allowed-VBD-devices     Es   .     =1; 2; 3
allowed-VIF-devices     Es   .     =1; 2; 3
possible-hosts          E    .     resident_on
domain-type             w    7.0
current-domain-type     .    7.0   metrics.current_domain_type
HVM-boot-policy         w
HVM-boot-params         ma
HVM-shadow-multiplier   w
NVRAM                   Hma  7.0
PV-kernel               w
PV-ramdisk              w
PV-args                 w
PV-legacy-args          w
PV-bootloader           w
PV-bootloader-args      w
last-boot-CPU-flags
last-boot-record        E    .     =''
resident-on
affinity                w
other-config            ma
dom-id                  .    .     domid
recommendations
xenstore-data           ma
ha-always-run           wD
ha-restart-priority     w
blobs
start-time              .    .     metrics.start_time
install-time            .    .     metrics.install_time
VCPUs-number            .    .     metrics.VCPUs_number
VCPUs-utilisation       Em   .     metrics.VCPUs_utilisation
os-version              m    .     guest_metrics.os_version
netbios-name            m    8.3   guest_metrics.netbios_name
PV-drivers-version      m    .     guest_metrics.PV_drivers_version
PV-drivers-up-to-date   .    <7.0  guest_metrics.PV_drivers_up_to_date
PV-drivers-up-to-date   D    7.0   guest_metrics.PV_drivers_up_to_date
memory                  m    .     guest_metrics.memory
disks                   m    .     guest_metrics.disks
VBDs                    s    7.0
networks                m    .     guest_metrics.networks
services                m    8.3   guest_metrics.services
PV-drivers-detected     .    7.0   guest_metrics.PV_drivers_detected
other                   m    .     guest_metrics.other
live                    .    .     guest_metrics.live
guest-metrics-last-updated  .  .   guest_metrics.last_updated
can-use-hotplug-vbd     .    7.0   guest_metrics.can_use_hotplug_vbd
can-use-hotplug-vif     .    7.0   guest_metrics.can_use_hotplug_vif
cooperative             E    <6.1  =true
cooperative             ED   6.1   =true
protection-policy       w    <6.1
is-snapshot-from-vmpp   .    <6.1
tags                    sac
appliance               w
groups                  w    8.3
snapshot-schedule       w    7.0
is-vmss-snapshot        .    7.0
start-delay             w
shutdown-delay          w
order                   w
version
generation-id           .    6.1
hardware-platform-version  . 7.0
has-vendor-device       w    7.0
requires-reboot         .    7.0
reference-label         .    7.0
bios-strings            m    7.0
pending-guidances       .    8.3
vtpms                   .    8.3   VTPMs
pending-guidances-recommended  .  8.3
pending-guidances-full  .    8.3
"""
