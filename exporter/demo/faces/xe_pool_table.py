"""Fields of the pool; xe_fields.py tells what the columns mean."""

POOL = """
uuid
name-label              w
name-description        w
master
default-SR              w
crash-dump-SR           w
suspend-image-SR        w
supported-sr-types      E    .     =lvmohba; lvmoiscsi; lvm; ext; nfs; iso; udev; dummy
other-config            ma
allowed-operations      s    7.0
current-operations      so   7.0
ha-enabled
ha-configuration
ha-statefiles
ha-host-failures-to-tolerate  w
ha-plan-exists-for
ha-allow-overcommit     w
ha-overcommitted
ha-reboot-vm-on-internal-shutdown  w  8.3
blobs
wlb-url
wlb-username
wlb-enabled             w
wlb-verify-cert         w
igmp-snooping-enabled   w    7.0
gui-config              Ema  <7.0
gui-config              ma   7.0
health-check-config     ma   7.0
vswitch-controller      H
restrictions
tags                    sac
license-state           .    6.1   =edition: free; expiry: 20991231T00:00:00Z
ha-cluster-stack        .    7.0
guest-agent-config      ma   7.0
cpu_info                m    7.0
policy-no-vendor-device w    7.0
live-patching-disabled  w    7.0
uefi-certificates       H    7.0
custom-uefi-certificates  Hw 8.3
tls-verification-enabled  .  8.3
client-certificate-auth-enabled  .  8.3
client-certificate-auth-name  .  8.3
repositories            swa  8.3
repository-proxy-url    .    8.3
repository-proxy-username  .  8.3
https-only              w    8.2   =false
migration-compression   w    8.3
coordinator-bias        w    8.3
telemetry-frequency     .    8.3
telemetry-next-collection  .  8.3
last-update-sync        .    8.3
update-sync-frequency   .    8.3
update-sync-day         .    8.3
update-sync-enabled     .    8.3
recommendations         m    8.3
ext-auth-cache-enabled  Hw   8.3
ext-auth-cache-size     Hw   8.3
ext-auth-cache-expiry   Hw   8.3
license-server          ma   8.3
ssh-enabled             .    8.3   =true
ssh-enabled-timeout     w    8.3   =0
ssh-expiry              .    8.3   =19700101T00:00:00Z
console-idle-timeout    w    8.3   =0
ssh-auto-mode           w    8.3   =false
limit-console-sessions  w    8.3
vm-console-idle-timeout w    8.3
"""
