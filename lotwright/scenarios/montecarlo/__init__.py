"""
Monte Carlo: a plan carried out again and again, with demand and lead times drawn.
"""
