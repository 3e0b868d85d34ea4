"""What a least-privilege key allows on a host: see docs/hosts.md."""
