"""Typed keys of what the application holds."""

from aiohttp import web

from exporter.service import Service

SERVICE = web.AppKey("service", Service)
