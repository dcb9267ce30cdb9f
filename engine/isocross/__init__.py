"""The engine of isocross: accounts, margin, the cascade. It draws nothing and knows nothing of a screen."""
