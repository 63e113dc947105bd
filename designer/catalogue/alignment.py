"""What two lines of things have in common, in order."""

from collections.abc import Sequence

LARGEST = 4_000_000  # pairs of things to compare: 2,000 against 2,000 take about a second; of more only both ends are


def align(ours: Sequence[object], theirs: Sequence[object]) -> list[tuple[int, int]]:
    """Return the longest common subsequence of two lines as pairs of places, the earliest where there are several."""
    start = 0
    while start < min(len(ours), len(theirs)) and ours[start] == theirs[start]:
        start += 1
    end = 0
    while end < min(len(ours), len(theirs)) - start and ours[-1 - end] == theirs[-1 - end]:
        end += 1
    rows, columns = len(ours) - start - end, len(theirs) - start - end
    pairs = [(at, at) for at in range(start)]
    if 0 < rows * columns <= LARGEST:
        # longest[i][j]: how much is common from row i and column j on
        longest = [[0] * (columns + 1) for _ in range(rows + 1)]
        for i in range(rows - 1, -1, -1):
            below, here, mine = longest[i + 1], longest[i], ours[start + i]
            for j in range(columns - 1, -1, -1):
                here[j] = below[j + 1] + 1 if mine == theirs[start + j] else max(below[j], here[j + 1])
        i = j = 0
        while i < rows and j < columns:
            if ours[start + i] == theirs[start + j]:
                pairs.append((start + i, start + j))
                i, j = i + 1, j + 1
            elif longest[i + 1][j] >= longest[i][j + 1]:
                i += 1
            else:
                j += 1
    pairs += [(len(ours) - at, len(theirs) - at) for at in range(end, 0, -1)]
    return pairs
