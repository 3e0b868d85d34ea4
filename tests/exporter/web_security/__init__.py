"""TLS, users, headers and limits of the exporter's own pages."""
