"""
How the manual becomes a site: pages in Markdown, the library's reference from its code.
"""

from __future__ import annotations

import sys
from pathlib import Path

import lotwright

sys.path.insert(0, str(Path(__file__).parent / "extensions"))

project = "Lotwright"
author = "Lotwright"
version = release = lotwright.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "mathml"]
exclude_patterns = ["extensions"]
nitpicky = True

myst_enable_extensions = ["dollarmath", "colon_fence", "deflist"]
myst_heading_anchors = 4
html_math_renderer = "mathml"

# Docstrings name types in their signatures alone, and say the rest in words.
napoleon_google_docstring = False
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
# Types of other libraries lie outside the manual, which is whole without a network.
nitpick_ignore_regex = [(r"py:.*", r".*")]

html_theme = "furo"
html_title = f"Lotwright {version}"
html_static_path = ["static"]
html_css_files = ["manual.css"]
html_copy_source = False
html_show_sourcelink = False
