"""multipathd's help text, put together from the command tables of its sources; not a capture."""

from collections.abc import Mapping

_HELP_0_4_7 = """\
 list|show paths
 list|show maps|multipaths
 list|show maps|multipaths status
 list|show maps|multipaths stats
 list|show maps|multipaths topology
 list|show topology
 list|show map|multipath $map topology
 list|show config
 add path $path
 remove|del path $path
 add map|multipath $map
 remove|del map|multipath $map
 switch|switchgroup map|multipath $map group $group
 reconfigure
 suspend map|multipath $map
 resume map|multipath $map
 reinstate path $path
 fail path $path
"""
_HELP_0_4_9 = """\
multipath-tools v0.4.9 (05/33, 2016)
CLI commands reference:
 list|show paths
 list|show paths format $format
 list|show paths raw format $format
 list|show status
 list|show daemon
 list|show maps|multipaths
 list|show maps|multipaths status
 list|show maps|multipaths stats
 list|show maps|multipaths format $format
 list|show maps|multipaths raw format $format
 list|show maps|multipaths topology
 list|show topology
 list|show maps|multipaths json
 list|show map|multipath $map topology
 list|show config
 list|show blacklist
 list|show devices
 list|show wildcards
 add path $path
 remove|del path $path
 add map|multipath $map
 remove|del map|multipath $map
 switch|switchgroup map|multipath $map group $group
 reconfigure
 suspend map|multipath $map
 resume map|multipath $map
 resize map|multipath $map
 reload map|multipath $map
 reset map|multipath $map
 reinstate path $path
 fail path $path
 disablequeueing map|multipath $map
 restorequeueing map|multipath $map
 disablequeueing maps|multipaths
 restorequeueing maps|multipaths
 forcequeueing daemon
 restorequeueing daemon
"""

HELP: Mapping[str, str] = {"0.4.7": _HELP_0_4_7, "0.4.9": _HELP_0_4_9}
"""By version (multipathd/cli.c, multipathd/main.c)."""
