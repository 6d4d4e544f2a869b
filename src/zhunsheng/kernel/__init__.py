"""内核: what the law says, as pure functions: working days, limits, clocks, procedures, figures.

Not here: Django, files, the database, the clock of the machine; nothing else of zhunsheng is imported.
"""
