"""Django's databases, with the chain continued as the last thing before every commit."""
