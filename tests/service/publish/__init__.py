"""
Tests of publishing.
"""
