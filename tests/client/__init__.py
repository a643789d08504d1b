"""
Tests of the client.
"""
