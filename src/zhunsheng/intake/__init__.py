"""来件: what the public hands in over the public pages without an account, and how it is followed. Numbers and codes of receipts,
what holds machines off, files that may be taken, forms begun and left lying. No page lives here, and nothing of the law.
"""
