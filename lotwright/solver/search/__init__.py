"""
The way to a good plan: a start, improvement part by part, and a proof.
"""
