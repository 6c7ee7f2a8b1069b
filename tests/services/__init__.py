"""The server beside the services that production puts around it: nginx and PostgreSQL."""
