"""Why a network answers as it does: attributions to what it was given, importance of columns, samples in a plane."""
