"""Engine and plant as processes over sockets: values, commands with verified feedback, refusals, faults, restarts.

One house serves all stories of this file, in any order: each clears the faults that it makes.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator

import pytest

from app.cli.demo.observer import Observer
from app.model.quality import BAD
from app.model.records import CommandState as S
from app.model.records import Journal, Reason, RequestKind
from app.model.spec_json import site_to_json
from app.storage.opening import open_room_store
from app.storage.verify import verify_store
from tests.helpers.house import House, Operator, fresh_values, open_house, signal_to, until

MODBUS = ("plc-ps01", "plc-ps02", "gw-rain")
DEVICES = (*MODBUS, "plc-ps05")
BACK_S = 15.0
"""How long after a fault values may take to return: 12 s, for OPC UA 15 s (acceptance 4)."""

pytestmark = [pytest.mark.timeout(240), pytest.mark.xdist_group("engine-on-plant")]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Observer]]:
    """A house with plant and engine, every device giving values."""
    with open_house(tmp_path_factory.mktemp("house")) as house:
        _, observer = house.live_engine()
        yield house, observer


@pytest.fixture
def house(live: tuple[House, Observer]) -> Iterator[House]:
    """The house without faults, every device heard."""
    house, observer = live
    house.control.clear()
    assert fresh_values(observer, DEVICES, timeout_s=BACK_S + 10.0), house.last_words()
    yield house
    house.control.clear()


@pytest.fixture
def observer(live: tuple[House, Observer]) -> Observer:
    """Somebody who follows frames."""
    return live[1]


@pytest.fixture(scope="module")
def operator(live: tuple[House, Observer]) -> Operator:
    """Somebody at a terminal, the same in all stories."""
    return live[0].operator()


def quality(observer: Observer, path: str) -> int:
    """Return the newest quality of a tag."""
    return observer.live.get(path).quality


def reasons(operator: Operator, request: str) -> list[Reason]:
    """Return the reasons of a request's newest result."""
    return list(operator.results(request)[-1].reasons)


def checks(operator: Operator, request: str) -> set[str]:
    """Return the codes that block, of a request's newest result."""
    return {str(r.check) for r in reasons(operator, request) if r.blocking}


def events(house: House, what: str) -> list[str]:
    """Return the kinds of the events about a device, in order."""
    reader = open_room_store(house.stage.store)
    try:
        return [e.kind for e in reader.journal_newest(Journal.EVENTS, 1_000) if e.what == what]
    finally:
        reader.close()


@pytest.mark.parametrize("pump", ["ps01/pump1", "ps02/pump1", "ps03/pump1", "ps04/pump1", "ps05/pump1"])
def test_a_command_over_every_line(house: House, operator: Operator, pump: str) -> None:
    """Return to Auto over Modbus of both word orders, two units of a gateway, and OPC UA: done, with one write."""
    before = house.writes()[pump[:4]]
    request = operator.operate(pump, "auto", "any")
    assert operator.wait(request) is S.DONE, operator.results(request)
    assert [r.state for r in operator.results(request)] == [S.INTENT, S.SENT, S.EXECUTING, S.DONE]
    assert house.writes()[pump[:4]] == before + 1


def test_a_set_point_is_verified_by_its_value(house: House, operator: Operator, observer: Observer) -> None:
    """A level of 1.9 m is accepted and read back; one out of range never leaves."""
    request = operator.operate("ps01/well", "level", "any", 1.9)
    assert operator.wait(request) is S.DONE, operator.results(request)
    assert observer.until(lambda: abs(observer.value("ps01/well/start_level") - 1.9) < 0.01, timeout_s=10)
    before = house.writes()
    refused = operator.operate("ps01/well", "level", "any", 99.0)
    assert operator.wait(refused) is S.REFUSED and checks(operator, refused) == {"target"}
    assert house.writes() == before


def test_calculated_values_follow_what_devices_send(house: House, observer: Observer) -> None:
    """A sum of three pumps is theirs within its deadband, frame by frame; a link that breaks takes it along."""
    pumps = [f"ps01/pump{n}/power" for n in (1, 2, 3)]

    def agrees() -> bool:
        return abs(observer.value("ps01/supply/pump_power") - sum(map(observer.value, pumps))) <= 0.5

    assert observer.until(agrees, timeout_s=20)
    house.control.fault("drop", "plc-ps01")
    assert observer.until(lambda: quality(observer, "ps01/supply/pump_power") >= BAD, timeout_s=20)
    house.control.clear()
    assert observer.until(agrees, timeout_s=BACK_S + 10.0)


def test_local_and_trip_are_refused_by_name_and_nothing_is_written(
    house: House, operator: Operator, observer: Observer
) -> None:
    """The switch to Local, then a trip: a start is refused for both, with no write; reset lifts the trip."""
    house.control.fault("local", "ps02/pump2")
    house.control.fault("trip", "ps02/pump2", code="overload")
    assert observer.until(lambda: observer.value("ps02/pump2/trip") == 1.0, timeout_s=10)
    assert observer.until(lambda: observer.value("ps02/pump2/remote") == 0.0, timeout_s=10)
    before = house.writes()
    refused = operator.operate("ps02/pump2", "start", "stopped")
    assert operator.wait(refused) is S.REFUSED
    assert {"remote", "no_trip", "expect"} <= checks(operator, refused)
    assert house.writes() == before
    house.control.clear("local", "ps02/pump2")
    assert observer.until(lambda: observer.value("ps02/pump2/remote") == 1.0, timeout_s=10)
    reset = operator.operate("ps02/pump2", "reset", "tripped")
    assert operator.wait(reset) is S.DONE, operator.results(reset)
    assert house.writes()["ps02"] == before["ps02"] + 1


def test_the_plc_may_say_no(house: House, operator: Operator) -> None:
    """The PLC refuses for a reason of its own: failed, with that reason."""
    house.control.fault("refuse", "ps01")
    request = operator.operate("ps01/pump2", "auto", "any")
    assert operator.wait(request) is S.FAILED
    assert [str(r.check) for r in reasons(operator, request)] == ["plc_refused"]


def test_a_hold_tag_stops_everything(house: House, operator: Operator) -> None:
    """hold → even "return to Auto" is refused, naming who and why → unhold → it goes."""
    tag = operator.ask(RequestKind.HOLD, equipment="ps01/pump3", reason="hands inside")
    assert operator.wait(tag) is S.DONE
    refused = operator.operate("ps01/pump3", "auto", "any")
    assert operator.wait(refused) is S.REFUSED
    assert [r.params["reason"] for r in reasons(operator, refused)] == ["hands inside"]
    assert operator.wait(operator.ask(RequestKind.UNHOLD, equipment="ps01/pump3", hold=tag, reason="out")) is S.DONE
    request = operator.operate("ps01/pump3", "auto", "any")
    assert operator.wait(request) is S.DONE


def test_a_selection_is_exclusive(house: House, operator: Operator) -> None:
    """Somebody else's selection is refused and names the holder; signing out frees it."""
    other = Operator(house.stage.store, "other desk")
    try:
        assert other.wait(other.ask(RequestKind.SELECT, equipment="ps05/pump2")) is S.SELECTED
        second = operator.ask(RequestKind.SELECT, equipment="ps05/pump2")
        assert operator.wait(second) is S.REFUSED
        assert [(r.check, r.params["holder"]) for r in reasons(operator, second)] == [("selection", "demo")]
    finally:
        other.close()
    assert until(lambda: _selects(operator, "ps05/pump2"), timeout_s=10)


def _selects(operator: Operator, equipment: str) -> bool:
    return operator.wait(operator.ask(RequestKind.SELECT, equipment=equipment)) is S.SELECTED


def test_two_persons_are_needed_for_the_gate(house: House, operator: Operator) -> None:
    """Opening a gate to the river needs a second signer, and there is none yet: refused for that, with no write."""
    before = house.writes()
    refused = operator.operate("ps03/gate1", "open", "closed")
    assert operator.wait(refused) is S.REFUSED and "two_person" in checks(operator, refused)
    assert house.writes() == before


@pytest.mark.parametrize("fault", ["frozen", "half-open", "drop", "garbage", "mismatch"])
def test_one_sick_device_leaves_the_others_alone(house: House, observer: Observer, fault: str) -> None:
    """A PLC goes: its tags are bad, the others' are not; it returns, told once each. How soon: `make prove`."""
    failed = events(house, "plc-ps01").count("device-failed")
    house.control.fault(fault, "plc-ps01", **({"how": "count"} if fault == "mismatch" else {}))
    assert observer.until(lambda: quality(observer, "ps01/well/level") >= 128, timeout_s=20)
    assert quality(observer, "ps01/pump1/run") >= 128
    assert fresh_values(observer, ("plc-ps02", "gw-rain", "plc-ps05"), timeout_s=20)
    assert quality(observer, "ps02/well/level") < 128 and quality(observer, "ps05/well/level") < 128
    house.control.clear()
    assert observer.until(lambda: quality(observer, "ps01/well/level") < 128, timeout_s=BACK_S)
    kinds = events(house, "plc-ps01")
    assert kinds.count("device-failed") - failed <= 1, kinds


def test_a_frozen_plc_is_asked_nothing(house: House, operator: Operator) -> None:
    """frozen after the selection → the question before the write gets no answer: refused, and nothing was written."""
    assert operator.wait(operator.ask(RequestKind.SELECT, equipment="ps01/pump1")) is S.SELECTED
    before = house.writes()
    house.control.fault("frozen", "plc-ps01")
    request = operator.ask(RequestKind.OPERATE, **_TO_AUTO)
    assert operator.wait(request, timeout_s=15) is S.REFUSED
    assert checks(operator, request) & {"not_connected", "link"}
    house.control.clear()
    assert house.writes() == before


def test_a_reply_that_is_lost_leaves_the_plc_to_say_what_became_of_it(
    house: House, operator: Operator, observer: Observer
) -> None:
    """Hand → asked for Auto, frozen while the write's reply is due → unknown → it thaws: done, by its own echo and the
    feedback, with one write."""
    before = _in_hand(house, operator)
    house.control.fault("slow", "plc-ps01", delay_s=0.6)
    request = operator.ask(RequestKind.OPERATE, **_TO_AUTO)
    assert operator.wait(request, S.INTENT, timeout_s=15) is S.INTENT, operator.results(request)
    assert until(lambda: house.writes()["ps01"] == before + 1, timeout_s=20)
    house.control.fault("drop", "plc-ps01")
    assert operator.wait(request, S.UNKNOWN, timeout_s=15) is S.UNKNOWN, operator.results(request)
    house.control.clear()
    assert operator.wait(request, S.FAILED, S.DONE, S.MISMATCH, timeout_s=40) is S.DONE, operator.results(request)
    assert house.writes()["ps01"] == before + 1
    assert [r.state for r in operator.results(request)].count(S.INTENT) == 1


def test_a_plc_that_freezes_before_the_write_never_obeys_late(
    house: House, operator: Operator, observer: Observer
) -> None:
    """Hand → asked for Auto, frozen between the last question and the write → unknown → past its expiry it thaws, with
    the block in its buffer: failed, at most one write, still Hand."""
    before = _in_hand(house, operator)
    house.control.fault("slow", "plc-ps01", delay_s=0.7)
    request = operator.ask(RequestKind.OPERATE, **_TO_AUTO)
    time.sleep(0.35)  # the answer to the echo's question is on its way; the write is not
    house.control.fault("frozen", "plc-ps01")
    assert operator.wait(request, S.UNKNOWN, timeout_s=15) is S.UNKNOWN, operator.results(request)
    time.sleep(6.0)  # the PLC's own clock must pass the block's expiry: this is what the story is about
    house.control.clear()
    assert operator.wait(request, S.FAILED, S.DONE, S.MISMATCH, timeout_s=40) is S.FAILED, operator.results(request)
    assert checks(operator, request) <= {"plc_old_heartbeat", "not_taken"}
    assert house.writes()["ps01"] - before <= 1
    assert fresh_values(observer, ("plc-ps01",), timeout_s=20) and observer.value("ps01/pump1/mode") == 1.0


_TO_AUTO = {"equipment": "ps01/pump1", "verb": "auto", "value": None, "expect": "any", "reason": "freeze"}


def _in_hand(house: House, operator: Operator) -> int:
    """Put the pump to Hand, select it again, and return how many writes its PLC has seen."""
    request = operator.operate("ps01/pump1", "mode", "any", 1.0)
    assert operator.wait(request) is S.DONE, operator.results(request)
    assert operator.wait(operator.ask(RequestKind.SELECT, equipment="ps01/pump1")) is S.SELECTED
    return house.writes()["ps01"]


def test_a_substitute_is_seen_by_everybody(house: House, operator: Operator, observer: Observer) -> None:
    """A sensor fails → a manual value stands in, marked → taken back: the sensor's own again."""
    until_ms = time.time_ns() // 1_000_000 + 60_000
    request = operator.ask(
        RequestKind.SUBSTITUTE, tag="ps04/well/level", value=1.23, until_ms=until_ms, reason="sensor out"
    )
    assert operator.wait(request) is S.DONE
    assert observer.until(lambda: quality(observer, "ps04/well/level") == 1, timeout_s=20)
    assert observer.value("ps04/well/level") == 1.23
    (seen,) = operator.substitutes()
    back = operator.ask(RequestKind.UNSUBSTITUTE, tag=seen.tag, since_ms=seen.since_ms, reason="ok")
    assert operator.wait(back) is S.DONE
    assert observer.until(lambda: quality(observer, "ps04/well/level") == 0, timeout_s=20)


def test_a_site_is_applied_without_a_restart(house: House, operator: Operator, observer: Observer) -> None:
    """A label changes: one revision more, no device is started again, values go on, and back again."""
    site = house.stage.site
    reader = open_room_store(house.stage.store)
    try:
        revision = reader.site_revision_in_force()
        reconnects = {d: observer.value(f"dev/{d}/reconnects") for d in DEVICES}
        text = site_to_json(site).replace('"en":"Xiasha', '"en":"New Xiasha')
        request = operator.ask(RequestKind.APPLY_SITE, site=text, reason="a new name")
        assert operator.wait(request) is S.DONE, operator.results(request)
        assert reader.site_revision_in_force() == revision + 1
        assert fresh_values(observer, DEVICES, timeout_s=BACK_S)
        assert {d: observer.value(f"dev/{d}/reconnects") for d in DEVICES} == reconnects
        back = operator.ask(RequestKind.ROLL_BACK_SITE, revision=revision, reason="the old one")
        assert operator.wait(back) is S.DONE
        assert reader.site_revision_in_force() == revision + 2
    finally:
        reader.close()


def test_an_orderly_stop_and_a_start(house: House, observer: Observer) -> None:
    """SIGTERM: exit 0, lease given back → a new engine begins at once with a higher epoch; the store is sound."""
    engine = next(a for a in house.actors if a.role == "engine")
    epoch = house.epoch()
    signal_to(engine, signal.SIGTERM)
    assert engine.wait(10) == 0
    house.remove(engine)
    house.start_engine()
    assert fresh_values(observer, DEVICES, timeout_s=30), house.last_words()
    assert house.epoch() > epoch
    lives = [kind for kind in events(house, "engine") if kind.startswith("engine-")]
    assert lives[-2:] == ["engine-stopped", "engine-started"]
    assert verify_store(house.stage.store).faults == []
