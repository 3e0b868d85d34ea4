"""Fields of a VDI and of a VBD; xe_fields.py tells what the columns mean."""

VDI = """
uuid
name-label              w
name-description        w
is-a-snapshot
snapshot-of
snapshots
snapshot-time
allowed-operations      s
current-operations      so
sr-uuid                 .    .     SR
sr-name-label           .    .     SR.name_label
vbd-uuids               s    .     VBDs
crashdump-uuids         s    .     crash_dumps
virtual-size
physical-utilisation
location
type
sharable
read-only
storage-lock
managed
parent                  .    <7.0
parent                  D    7.0
missing
other-config            ma
xenstore-data           m
sm-config               m
on-boot                 w
allow-caching           w
metadata-latest
metadata-of-pool
tags                    sac
is-tools-iso            .    7.0
cbt-enabled             .    7.0
"""
VBD = """
uuid
vm-uuid                 .    .     VM
vm-name-label           .    .     VM.name_label
vdi-uuid                .    .     VDI
vdi-name-label          .    .     VDI.name_label
allowed-operations      s
current-operations      so
empty
device
userdevice              w
bootable                w
mode                    w
type                    w
unpluggable             w
currently-attached
attachable              E    .     =true
storage-lock
status-code
status-detail
qos_algorithm_type      w
qos_algorithm_params    ma
qos_supported_algorithms  s
other-config            ma
io_read_kbs             E    .     =0.000
io_write_kbs            E    .     =0.000
"""
