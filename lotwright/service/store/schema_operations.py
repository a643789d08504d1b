"""
Tables of the store: what operators see of it.
"""
