"""Settings of Sphinx for the site, copied to its sources as `conf.py`.

No page may load anything from another host: no mathematics, no scripts of widgets, no external fonts.
"""

project = "amoanalysis"
author = "amoanalysis"
copyright = ""
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
autodoc_typehints = "none"
autodoc_member_order = "bysource"
napoleon_numpy_docstring = False
default_role = "code"
smartquotes = False
nb_execution_mode = "off"
nb_ipywidgets_js: dict[str, dict[str, str]] = {}
nb_render_markdown_format = "myst"
nb_mime_priority_overrides = [("html", "text/html", 0)]
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Hide the code"
myst_heading_anchors = 4
myst_enable_extensions = ["html_image", "attrs_block"]
suppress_warnings = ["myst.header", "myst.xref_missing", "mystnb.unknown_mime_type", "toc.not_included"]
exclude_patterns = ["_build"]
html_theme = "pydata_sphinx_theme"
html_title = "amoanalysis"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_show_copyright = False
html_use_index = False
html_domain_indices = False
html_sidebars: dict[str, list[str]] = {"index": [], "fi/index": [], "sv/index": []}
html_context = {"default_mode": "light"}
html_theme_options = {
    "navbar_end": [],
    "navbar_persistent": ["search-button"],
    "header_links_before_dropdown": 7,
    "show_prev_next": False,
    "show_toc_level": 2,
    "footer_start": [],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "use_edit_page_button": False,
    "logo": {"text": "amoanalysis"},
    "back_to_top_button": False,
}
