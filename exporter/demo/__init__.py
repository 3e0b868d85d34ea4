"""The demo pool: a simulated Intel Modular Server chassis whose dom0s are real SSH servers."""
