"""台账与指标: postings, folded balances, periods, 勾稽关系, and the way from a figure to its records.

Not here: figures typed by hand, and how a step of a case comes about.
"""
