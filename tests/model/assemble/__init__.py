"""
Tests of assembling: frames in, arrays out.
"""
