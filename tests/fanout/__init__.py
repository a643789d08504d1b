"""
Tests of work that goes out to other processes.
"""
