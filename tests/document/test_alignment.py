import functools
import itertools

from hypothesis import given
from hypothesis import strategies as st

from designer.document.alignment import align

sequences = st.lists(st.sampled_from("abcd"), max_size=12)


def _longest(left, right):
    @functools.cache
    def count(i, j):
        if i == len(left) or j == len(right):
            return 0
        return 1 + count(i + 1, j + 1) if left[i] == right[j] else max(count(i + 1, j), count(i, j + 1))

    return count(0, 0)


@given(sequences, sequences)
def test_no_longer_common_subsequence_exists(left, right):
    pairs = align(left, right)
    assert all(left[i] == right[j] for i, j in pairs)
    assert all(a < c and b < d for (a, b), (c, d) in itertools.pairwise(pairs))
    assert len(pairs) == _longest(left, right)


@given(st.lists(st.sampled_from("ab"), min_size=300, max_size=600), st.integers(0, 7))
def test_sequences_too_unlike_for_one_stretch_are_aligned_in_order(left, shift):
    right = [token * 2 if place % 3 == shift % 3 else token for place, token in enumerate(left)][::-1]
    pairs = align(left, right)
    assert all(left[i] == right[j] for i, j in pairs)
    assert all(a < c and b < d for (a, b), (c, d) in itertools.pairwise(pairs))
