"""A host with real kernel multipath in the emulated machine, and an array whose parts fail."""
