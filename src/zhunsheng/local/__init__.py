"""本地设定: what a place decides for itself without a programmer, from a day on, with the document it rests on.

Not here: what is decided in a case, and what the statutes settle.
"""
