"""Makes the sounds anew: `python resources/sounds/make_sounds.py`. Standard library only, same bytes each time."""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path

RATE = 22_050


def tone(hertz: float, seconds: float, *, loudness: float = 0.5) -> list[float]:
    """Return a tone with soft edges (10 ms), so that it does not click; a third harmonic makes it carry."""
    n = int(RATE * seconds)
    edge = RATE * 0.01
    samples = []
    for i in range(n):
        envelope = min(1.0, i / edge, (n - 1 - i) / edge)
        t = 2 * math.pi * hertz * i / RATE
        samples.append(loudness * envelope * (math.sin(t) + 0.3 * math.sin(3 * t)) / 1.3)
    return samples


def rest(seconds: float) -> list[float]:
    """Return silence."""
    return [0.0] * int(RATE * seconds)


def write(name: str, samples: list[float]) -> None:
    """Write 16-bit mono samples beside this script."""
    with wave.open(str(Path(__file__).with_name(f"{name}.wav")), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(struct.pack("<h", round(32_000 * s)) for s in samples))


def pulses(hertz: tuple[float, ...], seconds: float, pause: float, *, loudness: float = 0.5) -> list[float]:
    """Return tones one after the other, each followed by a pause."""
    samples: list[float] = []
    for pitch in hertz:
        samples += tone(pitch, seconds, loudness=loudness) + rest(pause)
    return samples


def main() -> None:
    """Write every sound: two falling tones, twice, for what the room itself lost; and one for each priority, told apart
    by rhythm and by pitch: 1 eight quick ones to and fro, 2 three, 3 two slow ones, 4 a single soft one."""
    fall = tone(880, 0.18) + rest(0.04) + tone(587, 0.3) + rest(0.16)
    write("engine-lost", fall + fall)
    write("priority-1", pulses((1175, 932) * 4, 0.09, 0.045, loudness=0.6))
    write("priority-2", pulses((784, 784, 988), 0.14, 0.08))
    write("priority-3", pulses((659, 523), 0.2, 0.12, loudness=0.45))
    write("priority-4", pulses((392,), 0.35, 0.05, loudness=0.4))


if __name__ == "__main__":
    main()
