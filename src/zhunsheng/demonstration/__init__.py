"""演示: the demonstration city 平顶山市 (410400) in 2020. Its records are invented and add up to what the city published.

What lives here: places and people of the demonstration, the scripts of its cases and lists, and the command that
loads and serves it. Nothing else in the product knows of it, but for the audit entry that marks a region as shown.
"""
