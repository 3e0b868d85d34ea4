"""Healing: so far the figures that it will be judged by."""
