"""
Tests of connections.
"""
