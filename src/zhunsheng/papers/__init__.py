"""文书: official documents: layout by GB/T 9704, templates, numbers, attachments.

Not here: the decision to issue a paper, which belongs to cases.
"""
