"""
Golden folders: one planning rule each, with what it must lead to.
"""
