"""What runs for long: the watcher, what rings it, and the services that start it."""
