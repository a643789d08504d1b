"""
Tests of lotwright.solver.search.
"""
