"""What a sentence states that can be checked: quantities, days, names, quotations, denials, roles.

Text in, plain values out. No article, no model and no index is known here.
"""
