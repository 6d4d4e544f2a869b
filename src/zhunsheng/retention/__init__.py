"""保管与销毁: which case files have reached the end of their retention, what stands against destroying them, and the destruction
itself. Periods are settings of the place (``local.retention``); a file without one is kept for good.
"""
