"""
Tests of the benchmarks.
"""
