"""
Tests of the service.
"""
