"""From what types, stations, devices and alarms.csv say of alarms to the model's records."""
