"""法规与依据: statutes with their dates, citations of their articles, the limits they set.

Not here: how a limit runs on a case (kernel, cases) or what an office has decided.
"""
