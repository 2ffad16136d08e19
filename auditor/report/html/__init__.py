"""The report as one HTML file: `auditor.report.html.page` puts it together, from top to bottom."""
