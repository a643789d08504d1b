"""
Plans compared with textbooks, hand calculation and independent solvers.
"""
