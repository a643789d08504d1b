"""
Tests of decoding.
"""
