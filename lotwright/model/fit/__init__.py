"""
Fit analysis: what well-formed data lack, contradict or ask for in vain.
"""
