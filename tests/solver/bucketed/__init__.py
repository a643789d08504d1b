"""
Tests of the heuristic engine.
"""
