"""Fields of a host; xe_fields.py tells what the columns mean."""

HOST = """
uuid
name-label              w
name-description        w
allowed-operations      s
current-operations      so
enabled
display                 .    7.0
API-version-major
API-version-minor
API-version-vendor
API-version-vendor-implementation  m
logging                 ma
suspend-image-sr-uuid   w    .     suspend_image_sr
crash-dump-sr-uuid      w    .     crash_dump_sr
software-version        m
capabilities            s
other-config            ma
cpu_info                m
chipset-info            m
hostname
address
https-only              w    8.2
supported-bootloaders   s
blobs
memory-overhead
memory-total            .    .     metrics.memory_total
memory-free             .    .     metrics.memory_free
memory-free-computed    E    .     metrics.memory_free
host-metrics-live       .    .     metrics.live
patches                 sc   <7.0  patches.pool_patch
patches                 Dsc  7.0
updates                 sc   7.0
ha-statefiles
ha-network-peers
external-auth-type
external-auth-service-name
external-auth-configuration  m
edition
license-server          m
power-on-mode
power-on-config         m
local-cache-sr
tags                    sac
ssl-legacy              w    7.0
guest_VCPUs_params      ma   6.1
virtual-hardware-platform-versions  s  7.0
control-domain-uuid     .    7.0   control_domain
resident-vms            s    7.0   resident_VMs
updates-requiring-reboot  s  7.0
features                s    7.0
iscsi_iqn               w    7.0
multipathing            w    7.0
uefi-certificates       Hw   7.0
numa-affinity-policy    w    8.3
pending-guidances       .    8.3
tls-verification-enabled  .  8.3
last-software-update    .    8.3
latest-synced-updates-applied  .  8.3
pending-guidances-recommended  .  8.3
pending-guidances-full  .    8.3
last-update-hash        .    8.3
ssh-enabled             .    8.3
ssh-enabled-timeout     w    8.3
ssh-expiry              .    8.3
console-idle-timeout    w    8.3
ssh-auto-mode           w    8.3
max-cstate              w    8.3
secure-boot             .    8.3
ntp-mode                w    8.3
ntp-custom-servers      swc  8.3
timezone                w    8.3
"""
