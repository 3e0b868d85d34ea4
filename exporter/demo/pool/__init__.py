"""What XAPI knows of the demo's pool: its state, what faults do to it, and its database."""
