package dev.keywright.expert.workload;

import java.util.List;
import java.util.Map;

/**
 * A part a number can play in a task, and what speaks for it. Kept as data in {@code quantities/roles.yaml}.
 *
 * @param name canonical
 * @param dimension only amounts of this dimension can play it
 * @param patterns how well it fits where a pattern is asked for, by pattern
 * @param traits how well it fits an amount of this kind, by trait
 * @param close whether cues count only right beside the amount
 * @param before cues in front of the amount
 * @param after cues behind the amount
 */
record Role(
        String name,
        Dimension dimension,
        boolean close,
        Map<String, Double> patterns,
        Map<Trait, Double> traits,
        List<Cue> before,
        List<Cue> after) {}
