"""
Tests of lotwright.io.
"""
