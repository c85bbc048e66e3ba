"""Sales by day: kept for forecasts, and watched for what is unusual."""
