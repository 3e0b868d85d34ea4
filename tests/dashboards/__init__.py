"""The dashboards: their JSON, their queries, their layout."""
