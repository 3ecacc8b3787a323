"""Settings from the environment, addresses, the WSGI application and the `vaste` command: where the parts are joined."""
