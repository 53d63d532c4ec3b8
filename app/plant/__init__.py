"""The demo and training plant: sewer hydraulics, PLC programs and real servers. Nothing else imports it."""
