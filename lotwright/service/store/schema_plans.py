"""
Tables of the store: plans with their schedules, and scenarios.
"""
