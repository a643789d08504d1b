"""
Tests with input that means harm.
"""
