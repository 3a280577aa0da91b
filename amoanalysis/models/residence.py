"""Where the workers of a project live: its own municipality, the others of the region, elsewhere, or a camp."""

from dataclasses import dataclass

import numpy as np

from amoanalysis.models.draws import Array

# A site's own municipality is never nearer than this: most of its people live some way off.
NEAREST_KM = 10.0


@dataclass(frozen=True)
class WorkersHomes:
    """Workers of projects by where they live, each (year, draw, place), persons.

    Attributes:
        here: of projects in the place, those who live in it.
        arriving: of projects in the place, those who commute from elsewhere and go home after work or on days off.
        flown_in: of projects in the place, those who live in a camp or fly in.
        leaving: of projects in other places, those who live in this one and commute out to them.
        between: (year, draw, origin, destination), of these the ones whose project lies in the region.
    """

    here: Array
    arriving: Array
    flown_in: Array
    leaving: Array
    between: Array

    def __add__(self, other: "WorkersHomes") -> "WorkersHomes":
        """The workers of both."""
        return WorkersHomes(
            self.here + other.here,
            self.arriving + other.arriving,
            self.flown_in + other.flown_in,
            self.leaving + other.leaving,
            self.between + other.between,
        )


def local_share(jobs: Array, share: Array, falls: Array, reference: Array) -> Array:
    """Share of a project's workers who live in its municipality; it falls as the work force outgrows the reference.

    share[t] = share (max(jobs[t], reference) / reference) ^ -falls

    Args:
        jobs: (year, draw), jobs of the project.
        share: (draw,), share at or below the reference.
        falls: (draw,), elasticity, positive.
        reference: (draw,), jobs up to which the share holds.

    Returns:
        (year, draw).
    """
    growth = np.maximum(jobs, reference[None]) / np.maximum(reference[None], 1e-9)
    return np.asarray(share[None] * growth ** -falls[None], dtype=np.float64)


def gravity_weights(people: Array, kilometres: Array, exponent: float = 2.0) -> Array:
    """How the commuters to a site divide over the other places: people / distance ^ exponent, sums to 1.

    Args:
        people: (place,), residents.
        kilometres: (place,), distance to the site; not a number for the place of the site itself.
        exponent: how fast distance deters.

    Returns:
        (place,); zero where the distance is not a number, and everywhere if no place is left.

    Source: gravity model of commuting, e.g. Sen & Smith (1995).
    """
    pull = np.where(np.isnan(kilometres), 0.0, people / np.maximum(np.nan_to_num(kilometres), NEAREST_KM) ** exponent)
    total = pull.sum()
    return np.asarray(pull / total if total > 0 else pull, dtype=np.float64)


def distances(places: Array, site: Array) -> Array:
    """Great-circle distances from a site, kilometres.

    Args:
        places: (place, 2), longitude and latitude, degrees.
        site: (2,), longitude and latitude, degrees.

    Returns:
        (place,).
    """
    lon, lat = np.radians(places).T
    lon0, lat0 = np.radians(site)
    half = np.sin((lat - lat0) / 2) ** 2 + np.cos(lat) * np.cos(lat0) * np.sin((lon - lon0) / 2) ** 2
    return np.asarray(2 * 6371.0 * np.arcsin(np.sqrt(half)), dtype=np.float64)


def homes(
    jobs: Array, local: Array, neighbours: Array, elsewhere: Array, weights: Array, site: int | None
) -> WorkersHomes:
    """Divides the workers of one project by where they live.

    The shares are of all workers; what they leave lives in a camp or flies in. If they pass 1 they are scaled to it.

    Args:
        jobs: (year, draw), jobs of the project; negative where one closes.
        local: (year, draw), share who live in the municipality of the site.
        neighbours: (draw,), share who live in the other places of the region.
        elsewhere: (draw,), share who commute from outside the region.
        weights: (place,), how the neighbours divide over places.
        site: position of the site's municipality; None where it lies outside the region, and then only those who leave
            the region's places for it are counted.

    Returns:
        The workers, (year, draw, place).
    """
    near = np.broadcast_to(neighbours[None] * weights.sum(), local.shape)
    far = np.broadcast_to(elsewhere[None], local.shape)
    scale = 1 / np.maximum(local + near + far, 1.0)
    shape = (*jobs.shape, len(weights))
    here, arriving, flown_in = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    leaving = (jobs * near * scale)[..., None] * weights
    between = np.zeros((*shape, len(weights)))
    if site is not None:
        between[..., site] = leaving
        here[..., site] = jobs * local * scale
        arriving[..., site] = jobs * (near + far) * scale
        flown_in[..., site] = jobs - here[..., site] - arriving[..., site]
    return WorkersHomes(here, arriving, flown_in, leaving, between)
