"""
Tests of the only door to HiGHS.
"""
