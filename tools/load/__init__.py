"""A working day under load (负载试验): 200 officers at work in a county of their own. ``python -m tools.load``."""
