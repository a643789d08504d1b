"""
Tests of the day-exact engine.
"""
