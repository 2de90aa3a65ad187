"""News: what says that an older statement holds no longer, and what only looks like it."""

from __future__ import annotations

import pytest

from graphmem.news import outdated

OVER = [
    ("I teach chemistry at a grammar school.", "I gave up teaching, I drive a tram now.", {"teach"}),
    ("I play tennis every Sunday.", "I've stopped playing tennis because of my elbow.", {"play", "tenni"}),
    ("I drive a Volvo.", "I sold the Volvo and bought an electric Kia.", {"volvo"}),
    ("I'm training for the Berlin marathon.", "The marathon is off, I broke my foot.", {"marathon"}),
    ("I use Windows.", "I switched from Windows to Linux.", {"window"}),
    ("I run every morning.", "I no longer run, my knee is ruined.", {"run"}),
    ("I sing in a choir.", "I left the choir.", {"choir"}),
    ("I'm a dance teacher.", "I quit teaching.", {"teach"}),
    ("My printer is a Brother.", "My Brother died.", {"brother"}),
    ("I use Trello.", "I uninstalled Trello.", {"trello"}),
    ("I eat chocolate every evening.", "I've given up chocolate.", {"chocol"}),
    ("I work at Acme.", "My last day at Acme was 31 March.", {"acm"}),
    ("I work at Acme.", "I was laid off by Acme in March.", {"acm"}),
    ("I work at Acme.", "Acme let me go.", {"acm"}),
    ("I live in Bonn.", "We left Bonn in March.", {"bonn"}),
    ("I work at the customs office.", "I left the customs office in 2021.", {"custom", "offic"}),
]
REVALUED = [
    ("My flight leaves at seven.", "Correction: my flight leaves at nine."),
    ("The meeting with Dana is on Tuesday at ten.", "The meeting with Dana has been moved to Thursday at two."),
    ("The rent is 800 euros.", "The rent went up to 870 euros."),
    ("I take my coffee with sugar.", "I take my coffee without sugar these days."),
    ("I weigh 91 kilos.", "I'm down to 85 kilos."),
    ("My wage is 2100 euros.", "I earn 2400 euros now."),
    ("The clinic is in Malmö.", "The clinic has relocated to Lund."),
    ("My ladder is in the garage.", "I put my ladder in the attic."),
    ("I have one child.", "We have two children now."),
    ("We pay 40 euros for the phones.", "The phones cost 45 euros now."),
    ("My gas bill is 80 euros.", "My gas bill is going up, my gas bill is 95 euros now."),
    ("The door code is 4711.", "We changed the door code to 9034."),
    ("My shoe size is 42.", "I measured again, my shoe size is 43."),
    ("The staff meeting is on Tuesdays.", "Since March the staff meeting is on Thursdays."),
    ("My locker is number 14.", "Since Easter my locker is number 22."),
    ("The heating is set to 20 degrees.", "Starting tomorrow the heating is set to 18 degrees."),
    ("The gym costs 30 euros a month.", "Next year the gym will cost 36 euros a month."),
    ("The meeting has been moved to Thursday.", "The meeting has been moved to Friday."),
    ("The rent went up to 870 euros.", "The rent goes up to 900 euros from August."),
    ("I was wrong, my lesson is on Tuesdays.", "From September my lesson is on Fridays."),
    ("My address is 12 Elm Street.", "My new address is 7 Harbour Road."),
    ("My tariff is the basic one.", "I upgraded my tariff to the large one."),
]
BOTH_TRUE = [
    ("I have a meeting on Tuesday.", "I have another meeting on Thursday."),
    ("My son Leo is six.", "My son Max is four."),
    ("My budget for the laptop is 900 euros.", "My budget for the phone is 300 euros."),
    ("I love hiking.", "I might stop hiking if my knee gets worse."),
    ("I bake cookies every Sunday.", "I sold cookies at the school fair."),
    ("I work at Ikea.", "I left the keys at Ikea."),
    ("I sold my Volvo.", "I sold the Volvo and bought a Kia."),
    ("I'm working on a project that ends on March 15.", "I'm working on a project, its first sprint ends on March 29."),
    ("I want the image to be 45 KB.", "I've reduced my image sizes from 300 KB to 180 KB."),
    ("I subscribe to The Economist.", "I subscribe to Nature now."),
    ("The concert is on 4 July.", "My cousin's concert has been moved to 9 July."),
    ("Our cat Felix is ten.", "My uncle Felix has died."),
    ("I'm in week 3 of Couch.", "I'm in week 5 of Plank now."),
    ("My ladder is in the garage.", "I put my skis in the attic."),
    ("I weigh 91 kilos.", "My parcel weighs 12 kilos now."),
    ("I pay 9 euros for Deezer.", "Qobuz costs 11 euros now."),
    ("My wage is 2100 euros.", "I earn 200 euros on the side now."),
    ("I speak Danish.", "I speak Polish now."),
    ("I work in a chocolate factory.", "I've given up chocolate."),
    ("I sing in a choir.", "I left the rehearsal early."),
    ("I visited Rome in May.", "I visited Rome now, in June."),
    ("Our choir practice is on Mondays.", "This week our choir practice is on Friday."),
    ("Our lesson is at six.", "Our lesson is at seven tomorrow."),
    ("I swim in the pool on Tuesdays.", "Tomorrow I swim in the lake instead of the pool."),
    ("Yoga is on Wednesdays.", "Yoga is cancelled this week."),
    ("Practice starts at six.", "Until the end of June practice starts at seven."),
    ("I work four days a week.", "I work from Monday to Friday."),
    ("I pay 30 euros for the gym.", "From August I pay 12 euros for the pool."),
    ("I weigh 80 kilos.", "Since March my dog weighs 12 kilos."),
    ("I work at the library.", "I left the library at six."),
    ("I live in Bonn.", "We left Bonn in March for a trip to Rome."),
    ("I work at Acme.", "My last day at Acme is 31 March."),
    ("I have one bike.", "I bought two bikes."),
]


@pytest.mark.parametrize(("old", "new", "what"), OVER)
def test_what_is_over_is_named(old: str, new: str, what: set[str]) -> None:
    assert outdated(new, old) == frozenset(what)


@pytest.mark.parametrize(("old", "new"), REVALUED)
def test_another_value_of_the_same_thing_replaces_it(old: str, new: str) -> None:
    assert outdated(new, old) == frozenset()


@pytest.mark.parametrize(("old", "new"), BOTH_TRUE)
def test_what_may_hold_beside_it_replaces_nothing(old: str, new: str) -> None:
    assert outdated(new, old) is None


def test_of_another_person_only_a_successor_counts() -> None:
    assert outdated("My new boss is called Ahmed.", "My boss is Karen.", same=False) == frozenset()
    assert outdated("I don't play the cello anymore.", "My daughter plays the cello.", same=False) is None
    assert outdated("My sister Rita moved to Milan.", "My sister Ana lives in Rome.", same=False) is None
