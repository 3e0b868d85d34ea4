"""What the tools of a host print, turned into records and then into metrics.

One file, one subject. A collector knows a host only through `collectors.host.Host`.
"""
