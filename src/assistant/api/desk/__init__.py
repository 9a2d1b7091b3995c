"""The service desk over HTTP: agents signed in by a cookie."""
