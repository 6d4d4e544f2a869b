"""接口: the same records, figures and steps for programs of other offices, over HTTP, in one version at a time.

It decides nothing: rows are read through ``visible``, steps are taken by the actions of the rooms below, refusals are
theirs. No page of the desk or of the public lives here.
"""
