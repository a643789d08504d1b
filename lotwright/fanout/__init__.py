"""
Work that goes out to other processes: pure functions of bytes to bytes.
"""
