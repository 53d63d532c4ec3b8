"""The demo and training plant: EPA SWMM hydraulics and PLC programs behind real servers."""
