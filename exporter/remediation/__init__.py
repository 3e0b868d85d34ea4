"""Remediation put together: its engine over the watched fleet."""
