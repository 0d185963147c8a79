"""Clippings beside the systems people would pick instead, over the same work in the same run."""
