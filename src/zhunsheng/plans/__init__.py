"""规划的读入: official plans read from their text: parts, headings, measures, tasks with their days and organs, and doubts.

Pure functions; nothing is written. What comes out is a proposal that an officer confirms beside the source text.
Not here: the list of measures and the cases of tasks, which are systems like any other.
"""
