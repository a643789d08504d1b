"""
Tests of the figures.
"""
