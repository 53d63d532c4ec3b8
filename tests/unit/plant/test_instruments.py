"""Sensors, racks, gauges, motors and weather."""

from __future__ import annotations

import math
import statistics

from app.plant.programs.instruments import Meters, RackState, RainGauge, step_rack
from app.plant.programs.motor import current_a, power_kw
from app.plant.programs.sensors import SensorFault, Sensors
from app.plant.rain import Scenario, Sky


def run_rack(rack: RackState, seconds: float, *, inflow: float = 400.0, blocked: bool = False) -> RackState:
    for _ in range(round(seconds * 2)):
        rack = step_rack(rack, inflow_m3h=inflow, powered=True, blocked=blocked, dt_s=0.5)
    return rack


def test_a_rack_clogs_rakes_and_is_clean_again() -> None:
    """Debris raises the difference, the raker starts at its limit and ends when it is clean."""
    rack = run_rack(RackState(), 2000)
    raked = [rack := run_rack(rack, 10) for _ in range(200)]

    assert {r.running for r in raked} == {True, False}
    assert max(r.difference_m(400.0) for r in raked) < 0.25
    assert not any(r.trip for r in raked)


def test_a_blocked_rack_shows_its_difference_and_trips_its_raker() -> None:
    """Blocked, the difference passes 0.4 m within half a minute, and the raker trips after a minute and a half."""
    rack = run_rack(RackState(), 25, blocked=True)
    assert rack.difference_m(400.0) > 0.4
    assert (rack.running, rack.trip) == (True, False)
    rack = run_rack(rack, 90, blocked=True)
    assert (rack.running, rack.trip) == (False, True)


def test_a_rain_gauge_sums_the_last_hour_and_day() -> None:
    """36 mm/h for 10 minutes are 6 mm; they leave the hour's sum after an hour and stay in the day's."""
    gauge = RainGauge()
    for _ in range(1200):
        gauge.step(36.0, 0.5)
    assert math.isclose(gauge.sum_mm(60), 6.0, rel_tol=1e-6)
    for _ in range(7200):
        gauge.step(0.0, 0.5)
    assert gauge.sum_mm(60) == 0.0
    assert math.isclose(gauge.sum_mm(1440), 6.0, rel_tol=1e-6)


def test_meters_only_count_up() -> None:
    """360 m³/h and 18 kW for an hour; a back-flow takes nothing away."""
    meters = Meters()
    for _ in range(3600):
        meters.step(360.0, 18.0, 1.0)
    meters.step(-50.0, 0.0, 1.0)
    assert math.isclose(meters.volume_m3, 360.0)
    assert math.isclose(meters.energy_kwh, 18.0)


def test_noise_is_small_repeatable_and_changes_once_a_second() -> None:
    """The same seed gives the same readings; within a second a reading stands; its scatter is millimetres."""
    one, two = Sensors("1/ps01"), Sensors("1/ps01")

    series = [one.measure("ps01/well/level", "level", 2.0, float(t)) for t in range(400)]
    assert series == [two.measure("ps01/well/level", "level", 2.0, float(t)) for t in range(400)]
    assert one.measure("ps01/well/level", "level", 2.0, 399.9) == series[-1]
    assert 0.002 < statistics.stdev(series) < 0.004
    assert one.measure("ps01/pump1/run", "run", 1.0, 400.0) == 1.0


def test_a_sensor_sticks_scatters_or_fails() -> None:
    """Stuck holds the last reading, noisy scatters as asked, failed shows not-a-number or a given value."""
    sensors, path = Sensors("1/ps01"), "ps01/well/level"
    last = sensors.measure(path, "level", 2.0, 1.0)

    sensors.faults[path] = SensorFault("stuck")
    assert {sensors.measure(path, "level", 3.0, t) for t in (2.0, 3.0, 4.0)} == {last}
    sensors.faults[path] = SensorFault("noisy", sigma=0.5)
    assert statistics.stdev(sensors.measure(path, "level", 2.0, float(t)) for t in range(5, 300)) > 0.3
    sensors.faults[path] = SensorFault("failed")
    assert math.isnan(sensors.measure(path, "level", 2.0, 300.0))
    sensors.faults[path] = SensorFault("failed", value=6.25)
    assert sensors.measure(path, "level", 2.0, 301.0) == 6.25
    del sensors.faults[path]
    assert abs(sensors.measure(path, "level", 2.0, 302.0) - 2.0) < 0.02


def test_current_and_power_follow_from_flow_and_lift() -> None:
    """612 m³/h over 6.8 m is 11.3 kW of water: about 19 kW from the mains and 35 A per phase."""
    power = power_kw(612.0, 6.8, 1.0)
    assert 18.0 < power < 21.0
    assert 32.0 < current_a(power) < 38.0
    assert power_kw(0.0, 6.8, 1.0) > 0.5
    assert power_kw(0.0, 0.0, 0.0) == 0.0


def test_a_storm_comes_at_once_and_passes_and_dry_is_dry() -> None:
    """A cloudburst peaks within half a minute and is over within the hour; a scenario begins anew when asked."""
    sky = Sky()
    sky.step(100.0)
    assert sky.rain_mm_h == 0.0
    sky.begin(Scenario.STORM)
    assert sky.rain_mm_h == 0.0
    sky.step(20.0)
    assert sky.rain_mm_h == 150.0
    sky.step(3600.0)
    assert sky.rain_mm_h == 0.0
    sky.begin(Scenario.STORM)
    sky.step(4.0)
    assert sky.rain_mm_h == 60.0
