"""Fields of the smaller classes; xe_fields.py tells what the columns mean."""

SR = """
uuid
name-label              w
name-description        w
host
allowed-operations      sV
current-operations      soV
VDIs                    s
PBDs                    s
virtual-allocation
physical-utilisation
physical-size
type
content-type
shared                  w
introduced-by
is-tools-sr             .    7.0
other-config            ma
sm-config               m
blobs
local-cache-enabled
tags                    sac
clustered               .    7.0
"""
PBD = """
uuid
host                    D
host-uuid               .    .     host
host-name-label         .    6.2   host.name_label
sr-uuid                 .    .     SR
sr-name-label           .    6.2   SR.name_label
device-config           m
currently-attached
other-config            ma
"""
TASK = """
uuid
name-label
name-description
subtask_of
subtasks
resident-on
status
progress
type
result
created
finished
error_info
allowed_operations
current_operations      o    7.0
other-config            ma   6.1
"""
MESSAGE = """
uuid
name
priority
class                   .    .     cls
obj-uuid
timestamp
body
"""
PATCH = """
uuid
name-label
name-description
size
hosts                   sc   .     host_patches.host
after-apply-guidance    sc
"""
UPDATE = """
uuid
name-label
name-description
version
installation-size
hosts                   sc
after-apply-guidance    sc
enforce-homogeneity
"""
