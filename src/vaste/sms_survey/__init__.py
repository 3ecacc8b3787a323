"""Every text message a client sends back: the dialogue on real rows."""
