"""Failover tests on record: what a person pulls, what the host showed, and a report of both."""
