"""
Tests of plans that are carried out under uncertainty.
"""
