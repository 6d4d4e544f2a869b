"""文书公开: decisions and results of cases on their way to the public: what is due, what of it is hidden, who checked it, when it
was published, and why it was withdrawn or is withheld. What was put on the public pages is kept here; the paper itself never
leaves its case.
"""
