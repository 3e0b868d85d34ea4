"""`checksums.py NIC`: make the kernel compute checksums itself (`ethtool -K NIC tx off`).

The userspace datapath reads frames from a veth as they are, with the checksum left to a NIC
that does not exist; the receiver then drops every TCP segment (measured: a connection through
the bond timed out before and worked after).
"""

import ctypes
import fcntl
import socket
import struct
import sys

SIOCETHTOOL = 0x8946
ETHTOOL_STXCSUM = 0x17
"""linux/sockios.h and linux/ethtool.h."""

if __name__ == "__main__":
    value = ctypes.create_string_buffer(struct.pack("II", ETHTOOL_STXCSUM, 0))
    request = struct.pack("16sP", sys.argv[1].encode(), ctypes.addressof(value))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCETHTOOL, request)
