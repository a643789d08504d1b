"""
Tests of lotwright.
"""
