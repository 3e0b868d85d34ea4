"""Composition: configuration, ways to reach a host, the scrape, HTTP and the command line."""
