"""
From a network to quantities to a plan.
"""
