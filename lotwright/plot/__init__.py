"""
Figures of plans, data and comparisons; each function returns a Plotly figure.
"""
