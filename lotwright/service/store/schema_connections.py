"""
Tables of the store: connections to other systems, and what is published to them.
"""
