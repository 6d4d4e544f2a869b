"""Breaks things in the middle of writes and counts what is left (故障试验): ``python -m tools.faults [--fault …] [--seeds N]``.

Writers are killed, web processes and workers under real requests, the database is, its machine is lost and a replica takes over, the
disk fills up, clocks jump, steps and calls come in twice. Afterwards nothing acknowledged may be missing, nothing may be there by half, no number doubled or left out, and ledger,
cases and chain have to prove. Only places of its own are touched. A short run of the same is in ``tests/faults``.
"""
