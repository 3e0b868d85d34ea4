"""Disk probes: when they run, what keeps them from running, and what became of them."""
