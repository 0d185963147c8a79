"""Programs that set the environment up; the application never imports them."""
