"""核对报告: reads any report of a government, tells every figure in it and what does not hold.

Pure functions from text to figures and findings; no database here. What the ledger has is laid beside them in
``ledger_side``, what a page or a command shows is theirs.
"""
