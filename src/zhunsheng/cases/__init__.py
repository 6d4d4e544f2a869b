"""办件: the shell of procedures: cases, events, deadlines, assignments, opinions, import.

Not here: what the law says about a step, which is pure and lives in the kernel.
"""
