"""Every command and every configuration of the documentation, taken from its pages."""
