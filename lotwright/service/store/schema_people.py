"""
Tables of the store: people, their sessions, and what they remark.
"""
