"""
The time-bucketed lot-sizing model.
"""
