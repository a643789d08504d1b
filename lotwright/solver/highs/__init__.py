"""
The only door to HiGHS: arrays in, arrays out.
"""
