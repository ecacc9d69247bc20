"""The days that an imprecise date stands for."""

from calendar import monthrange


def days(date: str, precision: str) -> tuple[str, str]:
    """Return the first and the last day that a date can mean.

    Args:
        date: an ``xsd:date`` without time zone, such as ``2018-01-01``.
        precision: as ``wk:datePrecision`` says: ``year``, ``month``, or anything else for the day itself.
    """
    year, month = date[:4], date[5:7]
    if precision == "year":
        return f"{year}-01-01", f"{year}-12-31"
    if precision == "month":
        return f"{year}-{month}-01", f"{year}-{month}-{monthrange(int(year), int(month))[1]}"
    return date, date
