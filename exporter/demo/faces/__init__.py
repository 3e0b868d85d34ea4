"""What the tools of a simulated dom0 print: one face per tool."""
