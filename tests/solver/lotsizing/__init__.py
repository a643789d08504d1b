"""
Tests of the lot-sizing model.
"""
