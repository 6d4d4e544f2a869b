"""工作台: the officers' web pages.

Not here: rules and writing: pages call the actions of the rooms below.
"""
