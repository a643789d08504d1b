"""
Publishing: what of a plan goes to another system, and how it arrives there once.
"""
