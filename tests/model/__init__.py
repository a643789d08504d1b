"""
Tests of lotwright.model.
"""
