"""安全: sign-in, roles, masking of personal data, the audit chain.

Not here: pages, and rules of a single procedure.
"""
