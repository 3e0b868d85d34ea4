"""Grafana dashboards: their generator and the committed JSON."""
