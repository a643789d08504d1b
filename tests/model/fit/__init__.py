"""
Tests of the fit analysis.
"""
