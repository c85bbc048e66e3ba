"""Results kept in memory."""

from portal.reading.results import Results


def test_a_result_is_computed_once() -> None:
    computed = []
    results = Results(10)
    for _ in range(3):
        assert results.get("key", lambda: computed.append(1) or "value") == "value"
    assert computed == [1]


def test_the_oldest_results_go_first() -> None:
    results = Results(2)
    for key in "abc":
        results.get(key, str)
    assert len(results) == 2
    assert results.get("a", lambda: "again") == "again"


def test_none_is_a_result() -> None:
    results = Results(2)
    assert results.get("key", lambda: None) is None
    assert results.get("key", lambda: 1) is None
