"""From a folder of site files to a checked `Site`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.errors import InternalFault
from app.model.spec import Site
from app.site.compiling.site import compile_site
from app.site.consistency import inconsistencies
from app.site.faults import FaultList
from app.site.folder import read_folder

__all__ = ["load_site"]


def load_site(folder: Path, *, addresses: Mapping[str, str] | None = None) -> Site:
    """Read, check and compile the site in `folder`; tags are not numbered yet (`model.numbering`).

    `addresses` replaces the address of a device by its id, for a plant that took other ports. Raises SiteFaults with
    every fault of every file, or ConfigurationFault if `addresses` names a device that the site does not have.
    """
    faults = FaultList()
    site = compile_site(read_folder(folder, faults), addresses or {})
    faults.raise_if_any()
    if site is None:
        raise InternalFault("a site could not be compiled, yet no fault was noted")
    if missed := inconsistencies(site):
        raise InternalFault(f"the check of the site files missed: {'; '.join(missed)}")
    return site
