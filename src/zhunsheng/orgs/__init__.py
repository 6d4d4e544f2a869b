"""机关与人员: regions, organs and their reforms, officers and duties, bodies and meetings; who may see what.

Not here: cases, lists and figures: they refer to organs, never the other way.
"""
