"""The page: turns and articles rendered to HTML, and the Gradio blocks that show them."""
