"""XAPI: pool data by RPC or `xe`, the same records whichever way they come."""
