"""议事机构: leading groups, committees, executive meetings: who sits in them, when they meet, what they decide.

Not here: what a kind of body must keep to, which is declared with the systems, and pages.
"""
