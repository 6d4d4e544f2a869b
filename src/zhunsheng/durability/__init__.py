"""留存: backup, restore and the drill of it, and how the installation is. Stands above all rooms, for it carries all of them.

Not here: the chain of the audit, which is ``security.chain``, and proofs of single rooms, which they bring.
"""
