"""Migrations that block, break or lose what runs beside them."""
