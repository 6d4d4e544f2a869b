"""清单: the shell of lists (清单、名录、目录): entries, revisions, change sets, comparison, import and export.

Not here: the fields of a single list, which its declaration gives.
"""
