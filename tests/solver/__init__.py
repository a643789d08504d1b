"""
Tests of lotwright.solver.
"""
