"""
What if: scenarios on planning data, their plans, and what differs between plans.
"""
