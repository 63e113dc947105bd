"""Many trainings for one question: which values are best (a sweep), and what each part is worth (an ablation)."""
