"""Customers of the simulated company: the same every time, valid, and with the truth about them."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields

import numpy as np

from kexin.demo.company import CITY_OF, DEPOTS, FRONT, PEOPLE, SHOPS, SUGGESTED, TREE
from kexin.demo.customers import CHUNK, DAYS, DUPLICATE_SHARE, FIRM_WAYS, PERSON_WAYS, SHARES, SORT_SHARES, Customers, Segment, Sort, chunks
from kexin.demo.words import SURNAMES
from kexin.kit.text import valid_tax_number

SEED = 7


def _made(count: int = 2000) -> Customers:
    (made,) = chunks(count, SEED)
    return made


def _same(one: Customers, other: Customers) -> bool:
    return all(np.array_equal(getattr(one, field.name), getattr(other, field.name)) for field in fields(Customers))


def test_the_same_seed_gives_the_same_customers() -> None:
    assert _same(_made(), _made())


def test_another_seed_gives_others() -> None:
    (other,) = chunks(2000, SEED + 1)

    assert other.name != _made().name


def test_large_companies_are_made_in_chunks_with_codes_of_their_own() -> None:
    sizes, codes = [], set()
    for chunk in chunks(CHUNK + 300, SEED):
        sizes.append(len(chunk))
        codes.update(chunk.code)

    assert sizes == [CHUNK, 300]
    assert len(codes) == CHUNK + 300


def test_counts_are_as_asked_and_columns_of_equal_length() -> None:
    made = _made(300)

    assert {field.name: len(getattr(made, field.name)) for field in fields(Customers) if field.name != "first"} == {
        field.name: 300 for field in fields(Customers) if field.name != "first"
    }


def test_duplicates_name_their_original_and_share_a_way_to_reach_them() -> None:
    made = _made()
    twins = np.flatnonzero(made.duplicate_of >= 0).tolist()

    def ways(row: int) -> set[str]:
        return {phone.replace("+86 ", "").replace("-", "") for phone in (made.phone[row], made.contact_phone[row]) if phone}

    assert len(twins) == round(2000 * DUPLICATE_SHARE)
    other_number = {"typo", "near_phone", "legal_form"}
    assert {made.duplicate_way[row] for row in twins} == {*PERSON_WAYS, *FIRM_WAYS}
    assert [row for row in twins if made.duplicate_way[row] not in other_number and not ways(row) & ways(int(made.duplicate_of[row]))] == []
    assert [row for row in twins if made.duplicate_of[made.duplicate_of[row]] >= 0] == []


def test_shares_are_as_described() -> None:
    made = next(chunks(20_000, SEED))
    originals = made.duplicate_of < 0
    sorts = np.bincount(made.sort[originals]) / originals.sum()
    persons = made.segment[originals & (made.sort == Sort.PERSON)]

    assert np.allclose(sorts, SORT_SHARES, atol=0.01)
    assert np.allclose(np.bincount(persons, minlength=len(Segment)) / len(persons), [SHARES[one][0] for one in Segment], atol=0.015)


def test_only_those_who_leave_have_left_and_not_before_they_came() -> None:
    made = _made()
    left = made.leaves < DAYS

    assert np.array_equal(left, made.segment == Segment.LEAVING)
    assert (made.joined[left] < made.leaves[left]).all()


def test_organisations_have_valid_tax_numbers_and_persons_none() -> None:
    made = _made()
    numbers = [number for number in made.tax_number if number]

    assert len(numbers) > 50
    assert [number for number in numbers if not valid_tax_number(number)] == []
    assert [made.code[row] for row in range(2000) if made.tax_number[row] and made.sort[row] == Sort.PERSON] == []


def test_phones_reach_nobody() -> None:
    made = _made()

    assert {phone.removeprefix("+86 ")[:3] for phone in [*made.phone, *made.contact_phone] if phone} == {"154"}


def test_surnames_that_dictionaries_misread_occur() -> None:
    made = _made()
    first = Counter(name[0] for row, name in enumerate(made.name) if made.sort[row] == Sort.PERSON)

    assert [surname for surname in "曾单解查区仇" if surname in SURNAMES and not first[surname]] == []


def test_owners_work_at_the_customers_branch() -> None:
    made = _made()

    assert [row for row in range(2000) if made.owner[row] not in dict(FRONT[made.branch[row]])] == []


def test_the_company_hangs_together() -> None:
    codes = [code for code, _name, _above in TREE]
    roles = {person.username: person.role for person in PEOPLE}

    assert [above for place, (_code, _name, above) in enumerate(TREE) if above and above not in codes[:place]] == []
    assert set(CITY_OF) == {*SHOPS, *DEPOTS}
    assert len(roles) == len(PEOPLE)
    assert sorted(roles[username] for username in SUGGESTED) == ["administrator", "analyst", "executive", "front_line", "manager"]
