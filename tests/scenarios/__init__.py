"""
Tests of scenarios and comparisons.
"""
