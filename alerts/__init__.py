"""Rules, runbooks and remediation: what follows from the facts the collectors read."""
