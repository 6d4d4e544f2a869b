"""报告: composing, checking and comparing reports; reading published texts.

Not here: counting: every figure comes from the ledger.
"""
