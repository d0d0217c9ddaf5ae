"""When a schedule of list.yaml is due, said once more: by Python's zoneinfo, for
tests to hold the program's answers against."""
import datetime
from zoneinfo import ZoneInfo

UTC = datetime.timezone.utc
ZONES = ("UTC", "Europe/Istanbul", "Europe/London", "America/New_York",
         "America/Sao_Paulo", "Asia/Kolkata", "Australia/Lord_Howe",
         "Pacific/Apia", "Africa/Casablanca", "America/St_Johns")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday",
        "saturday", "sunday")
NTH = ("first", "second", "third", "fourth", "last")


def is_of_month(day, on):
    last = (day.replace(day=28) + datetime.timedelta(4)).replace(
        day=1) - datetime.timedelta(1)
    if on == "last":
        return day == last
    if isinstance(on, int):
        return day.day == min(on, last.day)
    nth, weekday = on.split()
    if DAYS[day.weekday()] != weekday:
        return False
    if nth == "last":
        return day.day + 7 > last.day
    return (day.day - 1) // 7 == NTH.index(nth)


def is_day(rule, day):
    count, _, unit = rule["every"].rpartition(" ")
    count, unit = int(count or 1), unit.rstrip("s")
    start = datetime.date.fromisoformat(rule.get("starting", "2000-01-03"))
    if unit == "day":
        return (day - start).days % count == 0
    if unit == "week":
        monday = start - datetime.timedelta(start.weekday())
        return ((day - monday).days // 7 % count == 0
                and DAYS[day.weekday()] in rule["on"])
    months = (day.year - start.year) * 12 + day.month - start.month
    return months % count == 0 and any(
        is_of_month(day, on) for on in rule["on"])


def is_holiday(rule, day):
    return f"{day:%m-%d}" in rule.get("holidays", ())


def has_slot(rule, day):
    if is_holiday(rule, day):
        return False
    if is_day(rule, day):
        return True
    if rule.get("on_holiday") != "next day":
        return False
    while is_holiday(rule, day := day - datetime.timedelta(1)):
        if is_day(rule, day):
            return True
    return False


def instant(day, time, zone):
    """Of a gap the first moment behind it, of a repetition the first."""
    hour, minute = map(int, time.split(":"))
    wall = datetime.datetime.combine(day, datetime.time(hour, minute))
    meant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if meant.astimezone(zone).replace(tzinfo=None) == wall:
        return meant
    low, high = (int(meant.timestamp()) + days * 86400
                 for days in (-2, 2))
    while high - low > 1:
        middle = (high + low) // 2
        there = datetime.datetime.fromtimestamp(middle, zone)
        if there.replace(tzinfo=None) < wall:
            low = middle
        else:
            high = middle
    return datetime.datetime.fromtimestamp(high, UTC)


def times(rule):
    at = rule["at"]
    return sorted([at] if isinstance(at, str) else at)


def slots(rule, after, count, until=None):
    """So many after an instant, or all up to another."""
    zone = ZoneInfo(rule["timezone"])
    day, found = after.astimezone(zone).date() - datetime.timedelta(2), []
    last = until and until.astimezone(zone).date() + datetime.timedelta(2)
    while day <= last if until else len(found) < count:
        if has_slot(rule, day):
            for time in times(rule):
                slot = instant(day, time, zone)
                if slot > after and slot not in found:
                    found.append(slot)
        day += datetime.timedelta(1)
    return [slot for slot in found if slot <= until] if until \
        else found[:count]


def slot_before(rule, at, days=40):
    """The last that is not after it; None: not within so many days."""
    found = slots(rule, at - datetime.timedelta(days), None, at)
    return found[-1] if found else None
