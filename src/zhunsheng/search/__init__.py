"""全局搜索: what of the records can be found, and the finding of it.

Rooms say here what of theirs is found and keep its text in step; which page a find leads to is for the desk.
"""
